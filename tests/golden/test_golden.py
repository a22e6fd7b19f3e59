"""The golden merchant: from the vendors' APIs to published numbers that were worked out by hand (see README.md)."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from tests.golden.load import DAYS
from tests.golden.pipeline import GoldenHome
from tests.golden.stock import stock_by_walking, stock_of_the_view
from tests.support.expectations import Rest, expectation
from tests.support.once import once

pytestmark = pytest.mark.slow

_FOLDER = Path(__file__).parent / "expected"
_REST = {
    "marts.fct_inventory_daily": Rest.ANYTHING,
    "metrics.metric_inventory_daily": Rest.ANYTHING,
    "metrics.metric_pricing_daily": Rest.ANYTHING,
    "metrics.metric_seasons_daily": Rest.ANYTHING,
    "metrics.metric_sales_booked_daily": Rest.ZEROS,
    "metrics.metric_sales_placed_daily": Rest.ZEROS,
    "metrics.metric_returns_placed_daily": Rest.ZEROS,
    "metrics.metric_returns_requested_daily": Rest.ZEROS,
}
_REST_OF_DAY_1 = {"marts.fct_orders": Rest.ANYTHING}
_EXPECTED = [(path.parent.name, path.stem) for path in sorted(_FOLDER.glob("*/*.csv"))]


@pytest.fixture(scope="module")
def warehouses(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The warehouse as it stood after each day's run."""
    folder = once(tmp_path_factory, "golden", _build)
    return {day: folder / f"{day}.duckdb" for day in DAYS}


def _build(folder: Path) -> None:
    home = GoldenHome(folder)
    for day in DAYS:
        home.run(day)
        shutil.copy(home.settings(day).warehouse_db, folder / f"{day}.duckdb")


@pytest.mark.parametrize(("day", "table"), _EXPECTED)
def test_the_pipeline_finds_what_was_worked_by_hand(warehouses: Mapping[str, Path], day: str, table: str) -> None:
    rest = _REST_OF_DAY_1.get(table, Rest.NOTHING) if day == DAYS[0] else _REST.get(table, Rest.NOTHING)
    expected = (_FOLDER / day / f"{table}.csv").read_text(encoding="utf-8").splitlines()
    with duckdb.connect(str(warehouses[day]), read_only=True) as warehouse:
        differences = expectation(table, expected).differences(warehouse, rest)
    assert not differences, "\n" + "\n".join(differences)


def test_what_was_posted_on_the_first_day_stays(warehouses: Mapping[str, Path]) -> None:
    """The ledger grows; no posting changes but in what its order is now."""
    kept = "select * exclude (channel_id, customer_key, country_code) from"
    with duckdb.connect(str(warehouses[DAYS[1]]), read_only=True) as warehouse:
        warehouse.execute(f"attach '{warehouses[DAYS[0]]}' as before (read_only)")
        changed = warehouse.execute(
            f"{kept} before.marts.fct_sales_ledger except {kept} marts.fct_sales_ledger"
        ).fetchall()
    assert changed == []


@pytest.mark.parametrize("day", DAYS)
def test_stock_of_every_day_is_what_moved_until_then(warehouses: Mapping[str, Path], day: str) -> None:
    """Rule 22, on spans seen day by day, against the movements added up one day after the other."""
    with duckdb.connect(str(warehouses[day]), read_only=True) as warehouse:
        walked = stock_by_walking(warehouse)
        assert walked
        assert stock_of_the_view(warehouse) == walked


@pytest.mark.parametrize("day", DAYS)
def test_prices_of_every_day_are_those_that_held_on_it(warehouses: Mapping[str, Path], day: str) -> None:
    """Each day of the view has the newest price and the sales of that day; each sale has a day."""
    with duckdb.connect(str(warehouses[day]), read_only=True) as warehouse:
        wrong = warehouse.execute(
            """
            select product_key, date, daily.price, changes.new_price
            from metrics.metric_pricing_daily as daily
            inner join (
                select product_key, change_date, new_price,
                    lead(change_date, 1, date '9999-12-31') over (partition by product_key order by change_date) as until
                from marts.fct_price_changes
            ) as changes using (product_key)
            where daily.date >= changes.change_date and daily.date < changes.until and daily.price <> changes.new_price
            """
        ).fetchall()
        sold = "select sum(units_sold), sum(net_sales_amount) from "
        by_day = warehouse.execute(sold + "metrics.metric_pricing_daily").fetchall()
        paid = warehouse.execute(sold + "marts.fct_prices_paid_daily").fetchall()
    assert wrong == []
    assert by_day == paid
