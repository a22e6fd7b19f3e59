"""The process that builds: it does what it is told, once, says it as dbt would, and never outlives who started it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.building.models import BuildError, build_models
from orchestration.building.plan import Node, Plan, Relation
from orchestration.building.worker import Order, started
from orchestration.publication.audit import ResultLog
from shophouse.settings import PROJECT_ROOT
from tests.orchestration.building.conftest import AS_OF, Workshop

# Longer than any test waits.
_ENDLESS = (
    "select count(*) as n from range(100000) as a (i), range(100000) as b (i), range(100000) as c (i) where a.i < b.i"
)


@pytest.fixture
def order(workshop: Workshop, tmp_path: Path) -> Callable[..., Order]:
    def make(sql: str) -> Order:
        node = Node("model.small.one", "one", "table", (), sql, relation=Relation("shophouse", "marts", "one"))
        Plan({node.unique_id: node}, {}).save(tmp_path)
        return Order(str(workshop.settings.home), str(tmp_path), [node.unique_id], AS_OF.isoformat())

    return make


@pytest.mark.parametrize(
    ("sql", "code", "told"),
    [
        ("select 1 as one", 0, ["LogModelResult", "EndOfRunSummary", "StatsLine"]),
        ("select one", 1, ["LogModelResult", "RunResultError", "EndOfRunSummary", "StatsLine"]),
    ],
)
def test_it_says_how_each_node_ended(order: Callable[..., Order], sql: str, code: int, told: list[str]) -> None:
    with started(order(sql)) as worker:
        assert worker.stdout is not None
        events = [json.loads(line) for line in worker.stdout]
        assert worker.wait(60) == code
    assert [event["info"]["name"] for event in events] == told
    assert events[0]["data"]["node_info"]["unique_id"] == "model.small.one"


def test_what_it_cannot_begin_it_says(order: Callable[..., Order], tmp_path: Path) -> None:
    with started(replace(order("select 1 as one"), parsed=str(tmp_path / "nowhere"))) as worker:
        assert worker.stdout is not None
        event = json.loads(worker.stdout.read())
        assert worker.wait(60) == 2
    results = ResultLog()
    results.hear(event)
    assert "nowhere" in results.stopped_by and not results.is_whole


@pytest.mark.parametrize(("lost", "told"), [("", "^one: .*Binder Error"), ("raw.duckdb", r"^IO Error.*raw\.duckdb")])
def test_a_build_without_dagster_says_why_it_failed(
    order: Callable[..., Order], workshop: Workshop, tmp_path: Path, lost: str, told: str
) -> None:
    wanted = order("select one")
    if lost:
        (workshop.settings.home / lost).unlink()
    with pytest.raises(BuildError, match=told):
        build_models(workshop.settings, AS_OF, wanted.nodes, parsed=tmp_path)


def test_no_order_is_no_failure() -> None:
    command = [sys.executable, "-m", "orchestration.building.worker"]
    done = subprocess.run(command, cwd=PROJECT_ROOT, stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 0


def test_it_ends_with_the_process_that_started_it(order: Callable[..., Order], workshop: Workshop) -> None:
    """A killed process closes what it holds: of its worker, the standard input."""
    with started(order(_ENDLESS)) as worker:
        assert worker.stdin is not None
        time.sleep(3)
        assert worker.poll() is None
        closed = time.monotonic()
        worker.stdin.close()
        worker.wait(60)
    assert time.monotonic() - closed < 10
    assert workshop.rows("select count(*) from duckdb_tables() where table_name = 'one'") == [(0,)]
