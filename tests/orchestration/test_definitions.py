"""The code location as Dagster's server loads it: without credentials, from an empty state folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from forecasting.tables import TABLES as FORECAST_TABLES
from ingestion.registry import SOURCES
from orchestration.dbt.parsing import manifest_folder
from shophouse.settings import PROJECT_ROOT, Settings

pytestmark = pytest.mark.slow

JOBS = {"full", "commerce_sync", "ads_sync", "census_sync", "forecast"}
_FACTS = """
import json
import sys
from orchestration.definitions import defs

graph = defs.resolve_asset_graph()
facts = {
    "assets": {
        "/".join(key.path): {
            "group": graph.get(key).group_name,
            "owners": sorted(graph.get(key).owners),
            "described": bool(graph.get(key).description),
            "kinds": sorted(graph.get(key).kinds),
            "executable": graph.get(key).is_executable,
            "parents": sorted("/".join(parent.path) for parent in graph.get(key).parent_keys),
        }
        for key in graph.get_all_asset_keys()
    },
    "jobs": {
        name: sorted("/".join(key.path) for key in defs.resolve_job_def(name).asset_layer.selected_asset_keys)
        for name in sys.argv[1:]
    },
    "taken_apart": sorted(
        f"{name}: {assets.op.name}"
        for name in sys.argv[1:]
        for assets in defs.resolve_job_def(name).asset_layer.asset_graph.assets_defs
        if assets.is_executable and assets.is_subset
    ),
    "schedules": {
        schedule.name: [schedule.cron_schedule, schedule.default_status.value] for schedule in defs.schedules
    },
}
print("FACTS" + json.dumps(facts))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder that nothing has run in."""
    return tmp_path_factory.mktemp("home")


def _run(home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SHOPHOUSE_", "SOURCES__"))}
    environment = clean | {"SHOPHOUSE_HOME": str(home), "DAGSTER_HOME": str(home)}
    return subprocess.run(command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def facts(home: Path) -> dict[str, Any]:
    """Assets, jobs and schedules of the code location."""
    done = _run(home, sys.executable, "-c", _FACTS, *sorted(JOBS))
    assert done.returncode == 0, done.stderr
    line = next(line for line in done.stdout.splitlines() if line.startswith("FACTS"))
    return dict(json.loads(line.removeprefix("FACTS")))


@pytest.fixture(scope="module")
def manifest(home: Path, facts: dict[str, Any]) -> dict[str, Any]:
    """dbt's manifest as the definitions made it."""
    return dict(json.loads((manifest_folder(Settings(home=home)) / "manifest.json").read_text()))


def _raw_keys() -> set[str]:
    return {f"{source.name}/{table.name}" for source in SOURCES.values() for table in source.tables}


def test_the_workspace_validates(home: Path) -> None:
    dagster = str(Path(sys.executable).with_name("dagster"))
    done = _run(home, dagster, "definitions", "validate", "-w", "workspace.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Validation successful for code location shophouse" in done.stdout + done.stderr


def test_every_raw_table_is_an_asset_and_the_models_hang_on_it(facts: dict[str, Any]) -> None:
    assert _raw_keys() <= facts["assets"].keys()
    staging_parents = {
        parent
        for key, asset in facts["assets"].items()
        if key.split("/")[1].startswith("stg_")
        for parent in asset["parents"]
    }
    unknown = {parent for parent in staging_parents if parent.split("/")[0] in SOURCES} - _raw_keys()
    assert not unknown, "staging models read raw tables that no connector writes"
    assert staging_parents & _raw_keys()


def test_every_model_that_is_a_relation_is_an_asset(facts: dict[str, Any], manifest: dict[str, Any]) -> None:
    models = {
        f"{node['schema']}/{node['name']}"
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"]["materialized"] != "ephemeral"
    }
    assert len(models) > 100
    assert models <= facts["assets"].keys()


def test_raw_keys_equal_dbts_source_keys(manifest: dict[str, Any]) -> None:
    sources = {
        "/".join(source["meta"]["dagster"]["asset_key"])
        for source in manifest["sources"].values()
        if source["source_name"] in SOURCES
    }
    assert sources == _raw_keys()


def test_forecasts_and_publication_are_assets(facts: dict[str, Any]) -> None:
    wanted = {f"forecast/{table}" for table in FORECAST_TABLES} | {"published/shophouse", "operations/source_outcomes"}
    assert wanted <= facts["assets"].keys()
    assert {f"forecast/{table}" for table in FORECAST_TABLES} <= set(facts["assets"]["published/shophouse"]["parents"])


def test_every_asset_has_a_group_an_owner_a_description_and_somebody_who_makes_it(facts: dict[str, Any]) -> None:
    assets = facts["assets"].items()
    assert [key for key, asset in assets if asset["group"] in (None, "", "default")] == []
    assert [key for key, asset in assets if not asset["owners"]] == []
    assert [key for key, asset in assets if not asset["described"]] == []
    assert [key for key, asset in assets if not asset["executable"]] == ["shophouse/privacy_key"]


def test_the_publication_waits_for_every_mart_and_metric(facts: dict[str, Any]) -> None:
    tables = {
        key for key in facts["assets"] if key.split("/")[0] in {"marts", "metrics", "forecasting", "decisions", "audit"}
    }
    assert tables <= set(facts["assets"]["published/shophouse"]["parents"])


def test_jobs_select_what_they_say(facts: dict[str, Any]) -> None:
    jobs = {name: set(keys) for name, keys in facts["jobs"].items()}
    assert jobs.keys() == JOBS
    raw = {name: {key.split("/")[0] for key in keys} & SOURCES.keys() for name, keys in jobs.items()}
    assert raw == {
        "full": set(SOURCES),
        "commerce_sync": {"shopify", "ecb", "files"},
        "ads_sync": {"meta_ads", "google_ads", "tiktok_ads", "ga4"},
        "census_sync": {"census"},
        "forecast": set(),
    }
    for keys in jobs.values():
        assert "published/shophouse" in keys
    assert all(not key.startswith("backfill/") for keys in jobs.values() for key in keys)


def test_no_job_takes_a_step_apart(facts: dict[str, Any]) -> None:
    # Dagster runs a part of the dbt step in a copy of the project, which dbt must read anew each time.
    assert facts["taken_apart"] == []


def test_schedules_are_stopped_until_somebody_starts_them(facts: dict[str, Any]) -> None:
    assert facts["schedules"] == {
        "commerce_sync_schedule": ["*/15 * * * *", "STOPPED"],
        "ads_sync_schedule": ["0 10 * * *", "STOPPED"],
        "census_sync_schedule": ["0 14 13-18 * *", "STOPPED"],
        "forecast_schedule": ["0 5 * * *", "STOPPED"],
    }


def test_the_workspace_names_the_one_code_location() -> None:
    workspace = yaml.safe_load((PROJECT_ROOT / "workspace.yaml").read_text())
    assert [entry["python_module"]["module_name"] for entry in workspace["load_from"]] == ["orchestration.definitions"]
