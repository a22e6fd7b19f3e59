"""The Dagster instance of a state folder: runs started on the command line show in the UI, and the other way round."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import yaml

from orchestration.runs.run_history import history_folder
from orchestration.runs.seams import InstanceRef
from shophouse.settings import PROJECT_ROOT, Settings


def dagster_home(settings: Settings) -> Path:
    """The instance's folder, with the project's ``dagster.yaml`` adapted to it."""
    home = history_folder(settings)
    home.mkdir(parents=True, exist_ok=True)
    config = yaml.safe_load((PROJECT_ROOT / "dagster.yaml").read_text())
    config["storage"]["custom"]["config"] = {"base_dir": str(home)}
    (home / "dagster.yaml").write_text(yaml.safe_dump(config))
    return home


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """The instance; use it as a context manager."""
    return dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(dagster_home(settings))))
