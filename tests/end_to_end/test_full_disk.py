"""A disk that fills while a run writes: the run says which file and what to do, and what was there stays whole.

The disk is a limit on the size of a file, which any system lets a test set: a database that may not grow meets the same
failing writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from orchestration.runs.outcome import ExitCode
from tests.end_to_end.home import RUN_SETTINGS, Home, differing

pytestmark = pytest.mark.slow

MEGABYTE = 1 << 20


def test_full_while_a_source_is_loaded(empty: Home, ingested: Home, connected: Mapping[str, str]) -> None:
    """Nothing of the load is kept, and with room the next run loads all of it."""
    load = ("run", "--select", "group:raw_shopify")
    done = empty.shophouse(*load, environment=connected, largest_file=5 * MEGABYTE)
    assert done.returncode == ExitCode.STAGE_FAILED, done.stdout + done.stderr
    _assert_explained(done.stderr, empty.settings.raw_db)
    assert empty.raw_rows("shopify") == dict.fromkeys(ingested.raw_rows("shopify"), 0)

    done = empty.shophouse(*load, environment=connected)
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    assert _but_stock(empty.raw_rows("shopify")) == _but_stock(ingested.raw_rows("shopify"))


def test_full_while_models_are_built(
    finished: Home, finished_hashes: Mapping[str, tuple[object, ...]], tmp_path: Path
) -> None:
    """The last publication stays; with room the next run publishes what an undisturbed one does."""
    home = finished.copy(tmp_path / "home")
    home.forget_what_was_built()
    home.forget_runs()
    limit = 16 * MEGABYTE
    assert home.settings.warehouse_db.stat().st_size > limit, "it has room to grow"
    done = home.shophouse("run", "--select", "kind:dbt", environment=RUN_SETTINGS, largest_file=limit)
    assert done.returncode == ExitCode.STAGE_FAILED, done.stdout + done.stderr
    assert "the models could not be built: " in done.stderr
    _assert_explained(done.stderr, home.folder)
    assert home.hashes() == finished_hashes
    published = home.settings.published_db.stat().st_ino

    done = home.shophouse("sync", "files", environment=RUN_SETTINGS)
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    assert home.settings.published_db.stat().st_ino != published
    assert differing(home.hashes(), finished_hashes) == set()


def test_full_while_the_run_is_recorded(finished: Home, tmp_path: Path) -> None:
    """Dagster's records are files like others: where they cannot grow the run says so, and with room it runs."""
    home = finished.copy(tmp_path / "home")
    published = home.settings.published_db.stat().st_ino
    command = ("run", "--select", "group:mappings")
    done = home.shophouse(*command, environment=RUN_SETTINGS, largest_file=MEGABYTE)
    assert done.returncode == ExitCode.STAGE_FAILED, done.stdout + done.stderr
    _assert_explained(done.stderr, home.folder)
    assert home.settings.published_db.stat().st_ino == published


def _but_stock(rows: Mapping[str, int]) -> dict[str, int]:
    """Without what syncs of earlier days have left."""
    return {table: count for table, count in rows.items() if not table.startswith("inventory_")}


def _assert_explained(said: str, place: Path) -> None:
    problem, _, rest = said.partition(" cannot grow: a limit of the system is reached: ")
    assert str(place) in problem.split()[-1]
    assert "free some space (or raise the limit), then run again" in rest
    assert "Traceback" not in said
