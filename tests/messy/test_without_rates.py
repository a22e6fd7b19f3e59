"""The messy merchant without any exchange rate: every gate passes, and only what a rate would be needed for is unknown."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.messy.load import Situation, situations
from tests.messy.pipeline import run
from tests.support.expectations import Rest, expectation
from tests.support.once import once

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse, with every gate passed."""
    return once(tmp_path_factory, "messy_without_rates", _build) / "shophouse.duckdb"


def _build(folder: Path) -> None:
    shutil.copy(run(folder / "home", has_rates=False).warehouse_db, folder / "shophouse.duckdb")


@pytest.mark.parametrize("situation", situations(), ids=lambda situation: situation.name)
def test_everything_in_its_own_currency_is_as_ever(warehouse: Path, situation: Situation) -> None:
    among = f"store_id = '{situation.store_id}' and order_id in {situation.orders}".replace(",)", ")")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        differences = [
            difference
            for table, rows in (*situation.expected.items(), ("audit.findings", situation.findings))
            for difference in expectation(table, _own(rows)).differences(connection, Rest.NOTHING, among)
        ]
    assert not differences, "\n" + "\n".join(differences)


@pytest.mark.parametrize(
    ("table", "amounts"),
    [
        ("marts.fct_sales_ledger", ["amount", "tax_amount"]),
        ("marts.fct_orders", ["net_sales_amount", "current_net_sales_amount", "returned_amount", "paid_amount"]),
        ("marts.fct_order_lines", ["line_net_amount"]),
        ("metrics.metric_sales_booked_daily", ["net_sales_amount", "gross_sales_amount", "cogs_amount"]),
        ("metrics.metric_sales_placed_daily", ["net_sales_amount", "gross_sales_amount", "cogs_amount"]),
        ("metrics.metric_sales_booked_product_daily", ["net_sales_amount"]),
        ("metrics.metric_sales_cohort_monthly", ["net_sales_amount", "net_sales_amount_to_date"]),
    ],
)
def test_what_needs_a_rate_is_unknown_and_nothing_else(warehouse: Path, table: str, amounts: list[str]) -> None:
    """No amount in another currency passes for zero or for its part of a sum."""
    for amount in amounts:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            passed, lost = connection.execute(
                f"""
                select
                    count(*) filter (where currency <> 'USD' and {amount} <> 0 and {amount}_reporting is not null),
                    count(*) filter (where currency = 'USD' and {amount}_reporting is distinct from {amount})
                from {table}
                """
            ).fetchone() or (None, None)
        assert (passed, lost) == (0, 0), (table, amount)


def test_sums_over_currencies_are_unknown(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        kpis = dict(
            connection.execute(
                "select kpi, current_value is null from metrics.kpi_summary where window_days = 7"
            ).fetchall()
        )
        measures = connection.execute(
            "select distinct measure from forecasting.series_sales_daily where level = 'total'"
        ).fetchall()
        of_two_currencies = connection.execute(
            "select net_sales_amount_reporting from marts.dim_customer where store_id = 'ca' and customer_id = '2'"
        ).fetchall()
    assert kpis["net sales"]
    assert measures == [("units",)]
    assert of_two_currencies == [(None,)]


def _own(rows: str) -> list[str]:
    """A hand-worked table without its columns in the reporting currency."""
    header, *lines = csv.reader(rows.splitlines())
    kept = [i for i, name in enumerate(header) if not name.endswith("_reporting")]
    return [",".join(line[i] for i in kept) for line in (header, *lines)]
