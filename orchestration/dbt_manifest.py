"""dbt's manifest, parsed again when a file of the project is newer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from dagster_dbt import DbtProject

from ingestion.settings import PROJECT_ROOT, Settings

DBT_EXECUTABLE = Path(sys.executable).with_name("dbt")
"""dbt of this environment: the one on the PATH may be another."""

PROJECT_DIR = PROJECT_ROOT / "dbt_project"
_SOURCES_OF_TRUTH = ("*.sql", "*.yml", "*.md", "*.csv")


class DbtParseError(Exception):
    """The dbt project does not parse; the message is dbt's own."""


def dbt_project(settings: Settings) -> DbtProject:
    """The dbt project with a manifest that is as new as its files.

    dbt's own artefacts go to the state folder, so a checkout stays clean and two homes do not share them.

    Raises:
        DbtParseError: the project does not parse.
    """
    os.environ["SHOPHOUSE_HOME"] = str(settings.home)
    target = settings.home / "dbt" / "target"
    project = DbtProject(project_dir=PROJECT_DIR, profiles_dir=PROJECT_DIR, target_path=target)
    if _is_stale(project.manifest_path):
        _parse(settings, target)
    return project


def _is_stale(manifest: Path) -> bool:
    if not manifest.exists():
        return True
    made = manifest.stat().st_mtime
    folders = (PROJECT_DIR, PROJECT_ROOT / "seeds")
    files = (file for folder in folders for pattern in _SOURCES_OF_TRUTH for file in folder.rglob(pattern))
    return any(file.stat().st_mtime > made for file in files)


def _parse(settings: Settings, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    command = [
        str(DBT_EXECUTABLE),
        "--quiet",
        "parse",
        "--project-dir",
        str(PROJECT_DIR),
        "--profiles-dir",
        str(PROJECT_DIR),
    ]
    command += ["--target-path", str(target), "--log-path", str(settings.home / "dbt" / "logs")]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    if outcome.returncode:
        raise DbtParseError(f"the dbt project does not parse:\n{outcome.stdout}{outcome.stderr}")
