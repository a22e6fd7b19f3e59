"""dbt's manifest, parsed again when a file of the project is newer."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingestion.settings import PROJECT_ROOT, Settings

DBT_EXECUTABLE = Path(sys.executable).with_name("dbt")
"""dbt of this environment: the one on the PATH may be another."""

PROJECT_DIR = PROJECT_ROOT / "dbt_project"
_SOURCES_OF_TRUTH = ("*.sql", "*.yml", "*.md", "*.csv")


class DbtParseError(Exception):
    """The dbt project does not parse; the message is dbt's own."""


def target_folder(settings: Settings) -> Path:
    """Where dbt's artefacts go: the state folder, so that a checkout stays clean and two homes do not share them."""
    return settings.home / "dbt" / "target"


def parse_if_stale(settings: Settings) -> None:
    """Parses the project unless its manifest is as new as its files.

    Raises:
        DbtParseError: the project does not parse.
    """
    if _is_stale(target_folder(settings) / "manifest.json"):
        _finish(_start(settings))


@contextmanager
def parsed_meanwhile(settings: Settings) -> Iterator[None]:
    """Parses the project, if it must be, in another process while the caller does other work.

    Raises:
        DbtParseError: on leaving: the project does not parse.
    """
    process = _start(settings) if _is_stale(target_folder(settings) / "manifest.json") else None
    try:
        yield
    except BaseException:
        if process:
            process.kill()
        raise
    if process:
        _finish(process)


def _is_stale(manifest: Path) -> bool:
    if not manifest.exists():
        return True
    made = manifest.stat().st_mtime
    folders = (PROJECT_DIR, PROJECT_ROOT / "seeds")
    files = (file for folder in folders for pattern in _SOURCES_OF_TRUTH for file in folder.rglob(pattern))
    return any(file.stat().st_mtime > made for file in files)


def _start(settings: Settings) -> subprocess.Popen[str]:
    target = target_folder(settings)
    target.mkdir(parents=True, exist_ok=True)
    command = [str(DBT_EXECUTABLE), "--quiet", "--log-level-file", "none", "parse"]
    command += ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR), "--target-path", str(target)]
    environment = os.environ | {"SHOPHOUSE_HOME": str(settings.home), "DBT_WRITE_JSON": "true"}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _finish(process: subprocess.Popen[str]) -> None:
    said, _ = process.communicate()
    if process.returncode:
        raise DbtParseError(f"the dbt project does not parse:\n{said}")
