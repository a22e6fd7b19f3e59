"""dbt's manifest and the plan of its builds: made once for what the project holds, whichever state folder asks and
whatever its files' dates are.

They lie in a folder that is named by the content that they were made of, and is put there whole.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock

from orchestration import building
from shophouse.settings import PROJECT_ROOT, Settings

PROJECT_DIR = PROJECT_ROOT / "dbt_project"
_BUILDING = Path(building.__file__).parent
"""What makes the plan, and keeps what tables were made of."""

_SOURCES_OF_TRUTH = ("*.sql", "*.yml", "*.md", "*.csv")
_KEPT = 3
"""Manifests of other contents that stay: a server or another checkout may still load one."""


class DbtParseError(Exception):
    """The dbt project does not parse; the message is dbt's own."""


def parsed_project(settings: Settings) -> Path:
    """The folder of the manifest of the project as it is, parsed now if nobody has.

    Raises:
        DbtParseError: the project does not parse.
    """
    while not (folder := manifest_folder(settings)).exists():
        with parsed_meanwhile(settings):
            pass
    return folder


@contextmanager
def parsed_meanwhile(settings: Settings) -> Iterator[None]:
    """Parses the project, if nobody has, in another process while the caller does other work.

    Raises:
        DbtParseError: on leaving: the project does not parse.
    """
    folder = manifest_folder(settings)
    if folder.exists():
        yield
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    # A server and a run may start together: the second waits here, and finds the manifest made.
    with FileLock(folder.parent / "parsing.lock"):
        process = None if folder.exists() else _start(_parsing(folder))
        try:
            yield
        except BaseException:
            if process:
                process.kill()
            raise
        if process:
            _finish(process, folder, settings)


def manifest_folder(settings: Settings) -> Path:
    """Where the manifest of the project as it is belongs: in the checkout, for every home, if that may be written."""
    target = PROJECT_DIR / "target"
    is_ours = os.access(target if target.exists() else PROJECT_DIR, os.W_OK)
    return (target if is_ours else settings.home / "dbt") / "parsed" / _content()


def _content() -> str:
    # The place too: dbt's manifest names the folder of the seeds.
    digest = hashlib.sha256(" ".join([str(PROJECT_ROOT), *map(version, ("dbt-core", "dbt-duckdb", "duckdb"))]).encode())
    folders = (PROJECT_DIR, PROJECT_ROOT / "seeds")
    files = [file for folder in folders for pattern in _SOURCES_OF_TRUTH for file in folder.rglob(pattern)]
    for file in sorted([*files, *_BUILDING.glob("*.py")]):
        if PROJECT_DIR / "target" not in file.parents:
            content = file.read_bytes()
            digest.update(f"\0{file}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def _parsing(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.parsing")


def _start(parsing: Path) -> subprocess.Popen[str]:
    # What a parse that was killed has left is no part of this one.
    shutil.rmtree(parsing, ignore_errors=True)
    command = [sys.executable, "-m", "orchestration.building.compiling", str(PROJECT_DIR), str(parsing)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _finish(process: subprocess.Popen[str], folder: Path, settings: Settings) -> None:
    said, _ = process.communicate()
    if process.returncode:
        raise DbtParseError(f"the dbt project does not parse:\n{said}")
    # A file that was saved meanwhile may be in the manifest or not.
    if manifest_folder(settings) == folder:
        _parsing(folder).replace(folder)
    others = (other for other in folder.parent.iterdir() if other.is_dir() and other != folder)
    for old in sorted(others, key=lambda other: other.stat().st_mtime)[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
