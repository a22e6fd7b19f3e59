"""Backfills by date, started as the UI starts them: days are read as they are asked for, and once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from demo.merchant import Merchant
from orchestration.runs.instance import dagster_home
from shophouse.settings import PROJECT_ROOT
from tests.end_to_end.home import Home

pytestmark = pytest.mark.slow

DAY, NEXT_DAY = date(2026, 11, 18), date(2026, 11, 19)
ORDER_OF = {"orders": "id", "order_lines": "order_id", "sales": "order_id", "refund_lines": "order_id"}
"""Tables that a day's orders fill, and their column that names the order."""

Rows = dict[str, list[tuple[str, str]]]


def test_a_day_is_loaded_alone_and_a_range_adds_the_days_that_are_missing(
    empty: Home, finished: Home, connected: Mapping[str, str]
) -> None:
    """One partition, then a range that holds it again: every row of the days asked for is there once, and no other."""
    expected = _sold(finished, DAY), _sold(finished, DAY, NEXT_DAY)
    assert all(len(expected[0][table]) < len(expected[1][table]) for table in ORDER_OF)

    _materialize(empty, connected, "--partition", f"{DAY}")
    assert _stored(empty) == expected[0]
    _materialize(empty, connected, "--partition-range", f"{DAY}...{NEXT_DAY}")
    assert _stored(empty) == expected[1]


def _materialize(home: Home, environment: Mapping[str, str], *partitions: str) -> None:
    dagster = str(Path(sys.executable).with_name("dagster"))
    instance = {"DAGSTER_HOME": str(dagster_home(home.settings))}
    done = subprocess.run(
        [
            dagster,
            "asset",
            "materialize",
            "-m",
            "orchestration.definitions",
            "--select",
            "backfill/shopify",
            *partitions,
        ],
        cwd=PROJECT_ROOT,
        env=home.environment({**environment, **instance}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _sold(home: Home, *days: date) -> Rows:
    """Keys of the simulation's orders that were last updated on these days (UTC), and of what hangs on them."""
    shop = Merchant(home.merchant)
    orders = shop.frame("shopify", "orders").filter(pl.col("updated_at").dt.date().is_in(days)).select("store_id", "id")
    return {
        table: sorted(
            shop.frame("shopify", table)
            .join(orders, left_on=["store_id", order], right_on=["store_id", "id"], how="semi")
            .select("store_id", "id")
            .collect()
            .rows()
        )
        for table, order in ORDER_OF.items()
    }


def _stored(home: Home) -> Rows:
    with duckdb.connect(home.settings.raw_db, read_only=True) as connection:
        return {
            table: connection.execute(f"select store_id, id from shopify.{table} order by all").fetchall()
            for table in ORDER_OF
        }
