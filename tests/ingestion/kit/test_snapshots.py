"""Snapshots: the last of a day or hour stays, those of other days are history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from ingestion.contract import RawTable
from ingestion.kit.snapshots import Every, Snapshots
from ingestion.load.pipeline import run_source
from shophouse.settings import Settings
from shophouse.tables import integer, text
from tests.support.raw import landed
from tests.support.sources import fixed_source

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
AT_NIGHT = datetime(2026, 11, 20, 23, 40, tzinfo=UTC)
NEXT_DAY = datetime(2026, 11, 21, 12, tzinfo=UTC)


def _table(kept: Snapshots) -> RawTable:
    own = (text("shop", "Whose."), kept.period, text("sku", "What."), integer("units", "How many."), kept.read_at)
    return kept.table("stock", "One row per shop, SKU and time.", own, scope=("shop",), key=("sku",))


def _kept(
    home: Path, kept: Snapshots, readings: Iterable[tuple[datetime, dict[str, int]]], shop: str = "s"
) -> pl.DataFrame:
    """What is kept after these readings, in this order, of units by SKU."""
    table = _table(kept)
    settings = Settings(home=home)
    for read_at, units in readings:
        read = pl.DataFrame({"sku": list(units), "units": list(units.values())}).with_columns(shop=pl.lit(shop))
        rows = kept.stamped(read, read_at, "Europe/Berlin").select(table.schema.names)
        run_source(fixed_source("kept", (table,), {table: rows}), settings.model_copy(update={"as_of": read_at}))
    return landed(settings, "kept", table)


@pytest.mark.parametrize(
    ("zone", "on"),
    [("America/New_York", date(2026, 11, 20)), ("Europe/Berlin", date(2026, 11, 21)), ("UTC", date(2026, 11, 20))],
)
def test_a_day_is_one_of_the_accounts_clock(zone: str, on: date) -> None:
    stamped = Snapshots("levels", "the store's").stamped(pl.DataFrame({"units": [1]}), AT_NIGHT, zone)
    assert stamped.row(0, named=True) == {"units": 1, "snapshot_date": on, "snapshot_at": AT_NIGHT}


def test_the_last_reading_of_a_day_stays_as_a_whole(tmp_path: Path) -> None:
    later = NOON.replace(hour=13)
    found = _kept(tmp_path, Snapshots("levels", "the store's"), [(NOON, {"a": 1, "b": 2}), (later, {"a": 3})])
    assert found.rows() == [("s", date(2026, 11, 20), "a", 3, later)]


def test_another_day_is_another_snapshot(tmp_path: Path) -> None:
    found = _kept(tmp_path, Snapshots("levels", "the store's"), [(NOON, {"a": 1}), (NEXT_DAY, {"a": 1})])
    assert found["snapshot_date"].to_list() == [date(2026, 11, 20), date(2026, 11, 21)]


def test_an_hour_is_kept_where_the_source_says_so(tmp_path: Path) -> None:
    hourly = Snapshots("levels", "the store's", Every.HOUR)
    readings = [(NOON.replace(minute=minute), {"a": minute}) for minute in (5, 55)] + [(AT_NIGHT, {"a": 9})]
    found = _kept(tmp_path, hourly, readings)
    assert found.select("snapshot_hour", "units").rows() == [(NOON, 55), (AT_NIGHT.replace(minute=0), 9)]
