"""dbt's manifest, parsed again when a file of the project is newer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from shophouse.settings import PROJECT_ROOT, Settings

DBT_EXECUTABLE = Path(sys.executable).with_name("dbt")
"""dbt of this environment: the one on the PATH may be another."""

PROJECT_DIR = PROJECT_ROOT / "dbt_project"
_SOURCES_OF_TRUTH = ("*.sql", "*.yml", "*.md", "*.csv")
_MANIFEST = "manifest.json"
_PARSED_BEFORE = "partial_parse.msgpack"
_PARSING = "parsing"
"""Folder in which dbt parses: it writes its manifest piece by piece, and a reader must find a whole one."""


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
    with parsed_meanwhile(settings):
        pass


@contextmanager
def parsed_meanwhile(settings: Settings) -> Iterator[None]:
    """Parses the project, if it must be, in another process while the caller does other work.

    Raises:
        DbtParseError: on leaving: the project does not parse.
    """
    target = target_folder(settings)
    if not _is_stale(target):
        yield
        return
    target.mkdir(parents=True, exist_ok=True)
    # A server and a run may start together: the second waits here, and finds the manifest made.
    with FileLock(target / "parsing.lock"):
        process = _start(settings) if _is_stale(target) else None
        try:
            yield
        except BaseException:
            if process:
                process.kill()
            raise
        if process:
            _finish(process, target)


def _is_stale(target: Path) -> bool:
    manifest = target / _MANIFEST
    if not manifest.exists():
        return True
    made = manifest.stat().st_mtime
    folders = (PROJECT_DIR, PROJECT_ROOT / "seeds")
    files = (file for folder in folders for pattern in _SOURCES_OF_TRUTH for file in folder.rglob(pattern))
    return any(file.stat().st_mtime > made for file in files)


def _start(settings: Settings) -> subprocess.Popen[str]:
    target = target_folder(settings)
    parsing = target / _PARSING
    parsing.mkdir(exist_ok=True)
    if (target / _PARSED_BEFORE).exists():
        shutil.copy(target / _PARSED_BEFORE, parsing)
    command = [str(DBT_EXECUTABLE), "--quiet", "--log-level-file", "none", "parse"]
    command += ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR), "--target-path", str(parsing)]
    environment = os.environ | {"SHOPHOUSE_HOME": str(settings.home), "DBT_WRITE_JSON": "true"}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _finish(process: subprocess.Popen[str], target: Path) -> None:
    said, _ = process.communicate()
    if process.returncode:
        raise DbtParseError(f"the dbt project does not parse:\n{said}")
    # The manifest last: it says that all is there.
    for file in sorted((target / _PARSING).iterdir(), key=lambda file: file.name == _MANIFEST):
        file.replace(target / file.name)
