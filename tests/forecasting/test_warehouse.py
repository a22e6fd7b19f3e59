"""From the warehouse's history to its forecast tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from forecasting.config import ForecastConfig
from forecasting.tables import TABLES
from forecasting.warehouse import SCHEMA, forecast_warehouse
from tests.forecasting.methods.panels import LAST, of_days, series

_AS_OF = datetime(2026, 11, 30, 12, tzinfo=UTC)
_CONFIG = ForecastConfig(horizon=30, origins=3, cumulative_horizons=(7, 30), workers=1)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A warehouse of one shop in New York, whose first sales are two months old."""
    file = tmp_path / "shophouse.duckdb"
    history = series(of_days(60, lambda day: 5 + day.weekday()), series_id="web").to_arrow()
    with duckdb.connect(file) as connection:
        connection.execute("create schema forecasting; create schema marts")
        connection.register("history", history)
        connection.execute(
            "create table forecasting.series_sales_daily as select *, true as is_complete_day from history"
        )
        connection.execute("create table marts.dim_store as select 'shop' as store_id, 'America/New_York' as timezone")
    return file


def _run_ids(database: Path) -> dict[str, set[str]]:
    with duckdb.connect(database, read_only=True) as connection:
        return {
            name: {run_id for (run_id,) in connection.execute(f"select run_id from {SCHEMA}.{name}").fetchall()}
            for name in TABLES
        }


def test_a_run_of_the_same_moment_replaces_the_one_before(database: Path) -> None:
    """A late order has changed a day: what is known of a moment is what was known last."""
    rows = forecast_warehouse(database, as_of=_AS_OF, config=_CONFIG)
    before = _run_ids(database)
    assert rows["fct_forecast_cumulative"] == 2
    with duckdb.connect(database) as connection:
        connection.execute("update forecasting.series_sales_daily set value = 50 where date = ?", [LAST])
    forecast_warehouse(database, as_of=_AS_OF, config=_CONFIG)
    after = _run_ids(database)
    assert after["forecast_run"].isdisjoint(before["forecast_run"])
    assert all(ids == after["forecast_run"] for ids in after.values())


def test_runs_of_other_moments_stay(database: Path) -> None:
    for hours in (0, 1):
        forecast_warehouse(database, as_of=_AS_OF + timedelta(hours=hours), config=_CONFIG)
    assert {len(ids) for ids in _run_ids(database).values()} == {2}


def test_the_shops_country_is_part_of_the_run(database: Path) -> None:
    forecast_warehouse(database, as_of=_AS_OF, config=_CONFIG)
    here = _run_ids(database)["forecast_run"]
    with duckdb.connect(database) as connection:
        connection.execute("update marts.dim_store set timezone = 'Europe/Berlin'")
    forecast_warehouse(database, as_of=_AS_OF, config=_CONFIG)
    assert _run_ids(database)["forecast_run"].isdisjoint(here)
