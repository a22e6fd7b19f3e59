"""What one more metric table costs a run: its node, its checks, its rows."""

from __future__ import annotations

import os
import shutil
import time
from datetime import datetime
from pathlib import Path

from orchestration.building.models import build_models
from orchestration.building.plan import Node, load_plan
from orchestration.dbt.parsing import PROJECT_DIR
from orchestration.publication.publishing import last_publication
from shophouse.settings import Settings
from tests.benchmarks.bench import Bench, Figures
from tests.benchmarks.built_demo import built_demo
from tests.support.builds import compiled

_MODEL = "metric_returns_placed_daily"
_FOLDER = Path("models", "metrics", "returns")
_COPIES = 10


def measure(bench: Bench) -> Figures:
    """Builds a metric table with its tests, alone and with ten copies; the difference is theirs.

    Raises:
        BuildError: they could not be built.
    """
    built = built_demo(bench)
    home, project = bench.work / "metric_table", bench.work / "metric_table_project"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(built.home, home)
    shutil.copytree(PROJECT_DIR, project, ignore=shutil.ignore_patterns("target", "logs"), dirs_exist_ok=True)
    for number in range(_COPIES):
        _copy_model(project / _FOLDER, f"{_MODEL}_{number}")
    parsed = compiled(project)
    alone = _built(parsed, home, _MODEL)
    together = _built(parsed, home, *(node.name for node in load_plan(parsed).nodes.values() if _is_ours(node)))
    return {
        "wall s a table": (together[0] - alone[0]) / _COPIES,
        "CPU s a table": (together[1] - alone[1]) / _COPIES,
    }


def _copy_model(folder: Path, name: str) -> None:
    for suffix in (".sql", ".yml"):
        (folder / name).with_suffix(suffix).write_text(
            (folder / _MODEL).with_suffix(suffix).read_text().replace(_MODEL, name)
        )


def _is_ours(node: Node) -> bool:
    return node.kind == "table" and node.name.startswith(_MODEL)


def _built(parsed: Path, home: Path, *models: str) -> tuple[float, float]:
    """Wall and CPU seconds of building models with their tests."""
    settings, nodes = Settings(home=home), load_plan(parsed).nodes
    publication = last_publication(settings)
    assert publication is not None
    ids = {id for id, node in nodes.items() if node.name in models}
    tests = {id for id, node in nodes.items() if node.kind == "test" and ids.issuperset(node.depends_on)}
    before, started = os.times(), time.perf_counter()
    build_models(settings, datetime.fromisoformat(publication.as_of), ids | tests, parsed=parsed)
    wall, after = time.perf_counter() - started, os.times()
    busy = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, busy
