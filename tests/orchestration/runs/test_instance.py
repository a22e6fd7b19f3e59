"""Runs of the command line and runs of the UI are in one history."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from orchestration.runs.instance import open_instance
from orchestration.runs.seams import InstanceRef
from shophouse.settings import PROJECT_ROOT, Settings


@dg.asset
def orders() -> None:
    """Any asset."""


def test_the_ui_shows_the_runs_of_the_state_folder_that_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=tmp_path / "home")
    with open_instance(settings) as instance:
        run = dg.materialize([orders], instance=instance)
    monkeypatch.setenv("SHOPHOUSE_HOME", str(settings.home))
    # As `dagster dev` does in the project's folder: its dagster.yaml, and a temporary folder for the rest.
    with dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(tmp_path), config_dir=str(PROJECT_ROOT))) as ui:
        assert [found.run_id for found in ui.get_runs()] == [run.run_id]
