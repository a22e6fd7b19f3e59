"""What one more metric table costs a run: its node, its checks, its rows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from orchestration.dbt.parsing import PROJECT_DIR
from orchestration.publication.publishing import last_publication
from shophouse.settings import Settings
from tests.benchmarks.bench import Bench, Figures
from tests.benchmarks.built_demo import built_demo

_MODEL = "metric_returns_placed_daily"
_FOLDER = Path("models", "metrics", "returns")
_COPIES = 10


def measure(bench: Bench) -> Figures:
    """Builds a metric table with its tests, alone and with ten copies; the difference is theirs.

    Raises:
        RuntimeError: dbt could not build them; the message is dbt's own.
    """
    built = built_demo(bench)
    home, project = bench.work / "metric_table", bench.work / "metric_table_project"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(built.home, home)
    shutil.copytree(PROJECT_DIR, project, ignore=shutil.ignore_patterns("target", "logs"), dirs_exist_ok=True)
    for number in range(_COPIES):
        _copy_model(project / _FOLDER, f"{_MODEL}_{number}")
    _dbt(project, home, "parse")
    alone = _dbt(project, home, "build", "--select", _MODEL)
    together = _dbt(project, home, "build", "--select", f"{_MODEL}*")
    return {
        "wall s a table": (together[0] - alone[0]) / _COPIES,
        "CPU s a table": (together[1] - alone[1]) / _COPIES,
    }


def _copy_model(folder: Path, name: str) -> None:
    for suffix in (".sql", ".yml"):
        (folder / name).with_suffix(suffix).write_text(
            (folder / _MODEL).with_suffix(suffix).read_text().replace(_MODEL, name)
        )


def _dbt(project: Path, home: Path, *arguments: str) -> tuple[float, float]:
    """Wall and CPU seconds of dbt, without unit tests, which are not run where a merchant's tables are built."""
    publication = last_publication(Settings(home=home))
    assert publication is not None
    environment = os.environ | {"SHOPHOUSE_HOME": str(home), "SHOPHOUSE_AS_OF": publication.as_of}
    command = [str(Path(sys.executable).with_name("dbt")), "--log-level-file", "none", *arguments]
    command += ["--project-dir", str(project), "--profiles-dir", str(project), "--target-path", str(home / "target")]
    if arguments[0] == "build":
        command += ["--exclude-resource-type", "unit_test"]
    before, started = os.times(), time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    wall, after = time.perf_counter() - started, os.times()
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with code {done.returncode}; it wrote:\n{done.stdout[-2000:]}")
    busy = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, busy
