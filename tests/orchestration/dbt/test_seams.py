"""What the project uses of dbt and dagster-dbt that is private to them: an upgrade that moves it fails here, by name."""

from __future__ import annotations

import inspect
import subprocess
import sys
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path

import pytest
from dagster_dbt import DbtCliInvocation

from orchestration.dbt.parsing import PARSED, PROJECT_DIR, parsed_project
from orchestration.dbt.seams import dbt_version
from orchestration.dbt.worker import Command
from shophouse.settings import Settings


def _run(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Runs a command in a dbt that has loaded the project's manifest."""
    worker = [sys.executable, "-u", "-m", "orchestration.dbt.worker", str(parsed_project(settings) / PARSED)]
    folders = {"DBT_PROFILES_DIR": str(PROJECT_DIR), "DBT_TARGET_PATH": str(settings.home / "target")}
    command = Command(arguments, {**folders, "DBT_LOG_PATH": str(settings.home)}, str(PROJECT_DIR))
    # A pipe that stays open, as a run's does: dbt ends with its input.
    with subprocess.Popen(worker, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(command.line())
        process.stdin.flush()
        said = process.stdout.read()
        return subprocess.CompletedProcess(arguments, process.wait(), said)


@pytest.fixture
def home(settings: Settings) -> Settings:
    """A state folder that dbt finds in its environment."""
    settings.home.mkdir(parents=True, exist_ok=True)
    return settings


def test_dbt_takes_the_manifest_that_it_wrote_in_whichever_home(home: Settings) -> None:
    """`Manifest.from_msgpack` with `extended_mashumuro_decoder`, then `dbtRunner(manifest)`."""
    done = _run(home, "ls", "--select", "dim_date", "--resource-type", "model", "--no-write-json")
    assert done.returncode == 0, done.stdout.decode()
    assert done.stdout.decode().split()[-1].endswith(".dim_date")
    assert b"partial pars" not in done.stdout and not (home.home / "target" / PARSED).exists(), "it parsed again"


def test_dbts_exit_code_of_wrong_usage(home: Settings) -> None:
    assert _run(home, "ls", "--selekt", "dim_date").returncode == 2


def test_dagster_dbt_tells_what_a_step_selects() -> None:
    from dagster_dbt import asset_utils

    assert isinstance(asset_utils.DBT_INDIRECT_SELECTION_ENV, str)
    selects = asset_utils.get_updated_cli_invocation_params_for_context
    assert list(inspect.signature(selects).parameters)[:3] == ["context", "manifest", "dagster_dbt_translator"]
    told = {"manifest", "dagster_dbt_translator", "selection_args", "indirect_selection", "dbt_project"}
    assert told <= inspect.get_annotations(asset_utils.DbtCliInvocationPartialParams).keys()


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
