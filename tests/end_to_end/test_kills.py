"""A run that is killed in any of its stages: the next run ends as if nothing had happened."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import dagster as dg
import duckdb
import psutil
import pytest

from orchestration.runs.instance import open_instance
from orchestration.runs.outcome import ExitCode
from tests.end_to_end.home import RUN_SETTINGS, Home, differing
from tests.end_to_end.killing import kill_when, orphan_when

pytestmark = pytest.mark.slow

WORKER = "orchestration.building.worker"
Hashes = Mapping[str, tuple[object, ...]]


def test_killed_while_a_load_is_written(
    begun: Home, ingested: Home, connected: Mapping[str, str], finished_hashes: Hashes
) -> None:
    """The load that the kill met is there as a whole or not at all, and the next run reads what is missing."""
    before = begun.raw_rows("shopify")

    def is_writing(_: str) -> bool:
        return any(begun.settings.dlt_dir.glob("shopify/load/normalized/*/completed_jobs/*.parquet"))

    kill_when(is_writing, begun, "run", environment=connected)
    whole = ingested.raw_rows("shopify")
    assert begun.raw_rows("shopify") in (whole, before)
    _assert_next_run_publishes(begun, connected, finished_hashes)


def test_killed_while_models_are_built(ingested: Home, finished_hashes: Hashes, tmp_path: Path) -> None:
    """The worker dies with the run, in the middle of the first build, and its half-built files do not matter."""
    home = ingested.copy(tmp_path / "home")
    died = kill_when(lambda said: "transform: marts/" in said, home, "run", environment=RUN_SETTINGS)
    assert WORKER in died
    assert not home.settings.published_db.exists()
    _assert_next_run_publishes(home, RUN_SETTINGS, finished_hashes)


def test_killed_alone_while_models_are_built(finished: Home, finished_hashes: Hashes, tmp_path: Path) -> None:
    """The worker ends with its run, and as long as it has not, the next one is told which process holds the file."""
    home = finished.copy(tmp_path / "home")
    home.forget_what_was_built()
    orphan = orphan_when(
        lambda said: "transform: marts/" in said, WORKER, home, "sync", "files", environment=RUN_SETTINGS
    )
    with orphan as worker:
        refused = home.shophouse("run", environment=RUN_SETTINGS)
        assert refused.returncode == ExitCode.STAGE_FAILED, refused.stdout + refused.stderr
        assert f"{home.settings.raw_db} is in use by " in refused.stderr
        assert f"(PID {worker.pid})" in refused.stderr
        assert home.hashes() == finished_hashes
        worker.resume()
        _, alive = psutil.wait_procs([worker], timeout=10)
        assert not alive
    _assert_next_run_publishes(home, RUN_SETTINGS, finished_hashes, "sync", "files")


def test_killed_while_forecasting(finished: Home, finished_hashes: Hashes, tmp_path: Path) -> None:
    """A warehouse without forecasts gets all of them from the next run."""
    home = finished.copy(tmp_path / "home")
    shutil.rmtree(home.settings.published_db.parent)
    with duckdb.connect(home.settings.warehouse_db) as connection:
        connection.execute("drop schema forecast cascade")
    kill_when(
        lambda said: "forecast: fitting" in said, home, "run", "--select", "group:forecast", environment=RUN_SETTINGS
    )
    assert not home.settings.published_db.exists()
    _assert_next_run_publishes(home, RUN_SETTINGS, finished_hashes)


def test_killed_while_publishing(finished: Home, finished_hashes: Hashes, tmp_path: Path) -> None:
    """Readers find a whole publication after the kill, and a newer one after the next run."""
    home = finished.copy(tmp_path / "home")
    target = home.settings.published_db
    incoming = target.with_name(f".{target.name}.incoming")
    kill_when(lambda _: incoming.exists(), home, "run", "--select", "published/shophouse", environment=RUN_SETTINGS)
    assert home.hashes() == finished_hashes
    published_before = target.stat().st_ino
    _assert_next_run_publishes(home, RUN_SETTINGS, finished_hashes)
    assert target.stat().st_ino != published_before
    assert not incoming.exists()


def _assert_next_run_publishes(home: Home, environment: Mapping[str, str], expected: Hashes, *command: str) -> None:
    done = home.shophouse(*(command or ("run",)), environment=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert differing(home.hashes(), expected) == set()
    # Dagster keeps scheduled runs waiting for a run that it takes for running.
    with open_instance(home.settings) as instance:
        assert not instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
