"""What the project uses of dbt and dagster-dbt that is private to them: an upgrade that moves it fails here, by name."""

from __future__ import annotations

import inspect
import subprocess
import sys
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path

from dagster_dbt import DbtCliInvocation

from orchestration.building.plan import load_plan
from orchestration.dbt.parsing import PROJECT_DIR
from orchestration.dbt.seams import dbt_version
from shophouse.settings import PROJECT_ROOT

_PROJECT = """
name: small
version: "1.0.0"
profile: small
flags: {send_anonymous_usage_stats: false}
"""
_PROFILE = """
small:
  target: duckdb
  outputs:
    duckdb: {type: duckdb, path: "{{ env_var('SHOPHOUSE_HOME') }}/small.duckdb"}
"""


def test_dbt_takes_the_manifest_that_it_wrote(tmp_path: Path) -> None:
    """`Manifest.from_msgpack` with `extended_mashumuro_decoder`, then `dbtRunner(manifest)`, whose results have nodes."""
    project = tmp_path / "small"
    (project / "models").mkdir(parents=True)
    (project / "dbt_project.yml").write_text(_PROJECT)
    (project / "profiles.yml").write_text(_PROFILE)
    (project / "models" / "one.sql").write_text("select {{ 1 + 1 }} as two")
    command = [sys.executable, "-m", "orchestration.building.compiling", str(project), str(tmp_path / "target")]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    plan = load_plan(tmp_path / "target")
    assert [node.sql for node in plan.nodes.values()] == ["select 2 as two"]


def test_dagster_dbt_tells_which_check_a_test_is() -> None:
    from dagster_dbt import asset_utils

    told = list(inspect.signature(asset_utils.get_asset_check_key_for_test).parameters)
    assert told == ["manifest", "dagster_dbt_translator", "test_unique_id", "project"]


def test_an_invocation_of_dagster_dbt_is_made_of_a_process() -> None:
    needed = {"process", "manifest", "dagster_dbt_translator", "project_dir", "target_path", "raise_on_error"}
    assert needed | {"cli_version", "context"} <= {field.name for field in fields(DbtCliInvocation) if field.init}


def test_dagster_dbt_knows_the_installed_version() -> None:
    assert str(dbt_version()) == version("dbt-core")


def test_nothing_else_names_their_private_parts() -> None:
    """Of dbt nothing at all; of dagster-dbt what its package exports, and its errors."""
    root = PROJECT_DIR.parent / "orchestration"
    private = ("from dbt.", "import dbt", "from dagster_dbt.asset_utils", "from dagster_dbt.compat", "dagster_dbt.core")
    found = {
        str(file.relative_to(root))
        for file in root.rglob("*.py")
        if any(line.strip().startswith(private) for line in Path(file).read_text().splitlines())
    }
    assert found == {"dbt/seams.py"}
