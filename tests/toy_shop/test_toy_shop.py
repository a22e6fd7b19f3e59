"""A shop system that the project has never heard of goes through everything by adding files only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from forecasting.warehouse import create_tables
from ingestion.load.empty_tables import create_empty_tables
from ingestion.load.raw_db import ensure_privacy_key
from ingestion.registry import SOURCES
from shophouse.settings import Settings
from tests.support.builds import build_and_test
from tests.support.once import once
from tests.toy_shop.shop import load, project

pytestmark = pytest.mark.slow

_AS_OF = datetime(2026, 3, 11, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse of a merchant who has nothing but the toy shop."""
    settings = Settings(home=once(tmp_path_factory, "toy_shop", _make))
    with duckdb.connect(str(settings.warehouse_db), read_only=True) as connection:
        yield connection


def _make(folder: Path) -> None:
    settings = Settings(home=folder)
    create_empty_tables(list(SOURCES.values()), settings)
    ensure_privacy_key(settings)
    create_tables(settings.warehouse_db)
    load(settings)
    build_and_test(settings, _AS_OF, project(settings.home / "dbt_project"))


def _rows(warehouse: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """Rows with money as text of two places, and dates as they are written."""
    return [tuple(_plain(value) for value in row) for row in warehouse.execute(sql).fetchall()]


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def test_its_orders_are_dated_placed_and_measured(warehouse: duckdb.DuckDBPyConnection) -> None:
    orders = _rows(
        warehouse,
        """
        select
            order_id, channel_id, order_date, customer_order_number, is_sales_order, net_sales_amount, shipping_amount,
            tax_amount, returned_amount, current_net_sales_amount, source_total_amount, reporting_currency
        from marts.fct_orders
        order by order_id
        """,
    )

    assert orders == [
        ("1", "online_store", "2026-03-08", 1, True, "33.00", "3.00", "7.20", "9.00", "24.00", "43.20", "GBP"),
        ("2", "retail", "2026-03-09", 2, True, "10.00", "0.00", "2.00", "0.00", "10.00", "12.00", "GBP"),
        ("3", "online_store", "2026-03-09", None, False, "0.00", "0.00", "2.00", "0.00", "0.00", "12.00", "GBP"),
    ]


def test_its_lines_find_their_products_and_costs(warehouse: duckdb.DuckDBPyConnection) -> None:
    """An item that names no article is the one of its label."""
    lines = _rows(
        warehouse,
        """
        select
            order_line_id, fct_order_lines.variant_id, dim_product.product_title, quantity, returned_quantity, line_gross_amount,
            line_discount_amount, line_net_amount, is_sales_line
        from marts.fct_order_lines
        inner join marts.dim_product using (product_key)
        order by order_line_id
        """,
    )

    assert lines == [
        ("1-1", "mug", "Mug", "2.00", "1.00", "20.00", "2.00", "18.00", True),
        ("1-2", "plate", "Plate", "1.00", "0.00", "15.00", "0.00", "15.00", True),
        ("2-1", "mug", "Mug", "1.00", "0.00", "10.00", "0.00", "10.00", True),
        ("3-1", "mug", "Mug", "1.00", "0.00", "10.00", "0.00", "10.00", False),
    ]


def test_its_ledger_balances(warehouse: duckdb.DuckDBPyConnection) -> None:
    entries = _rows(
        warehouse,
        """
        select source, source_entry_id, order_id, entry_type, line_type, ledger_date, sku, amount, is_sales_entry
        from marts.fct_sales_ledger
        order by source_entry_id
        """,
    )

    assert entries == [
        ("toy_shop", "1-1", "1", "sale", "product", "2026-03-08", "MUG", "18.00", True),
        ("toy_shop", "1-2", "1", "sale", "product", "2026-03-08", "PLATE", "15.00", True),
        ("toy_shop", "1-post", "1", "sale", "shipping", "2026-03-08", None, "3.00", False),
        ("toy_shop", "2-1", "2", "sale", "product", "2026-03-09", "MUG", "10.00", True),
        ("toy_shop", "3-1", "3", "sale", "product", "2026-03-09", "MUG", "10.00", False),
        ("toy_shop", "g1", "1", "return", "product", "2026-03-10", "MUG", "-9.00", True),
    ]


def test_a_guest_is_the_customer_with_that_address(warehouse: duckdb.DuckDBPyConnection) -> None:
    customers = _rows(
        warehouse,
        """
        select customer_id, customer_type, order_count, net_sales_amount, current_net_sales_amount, cohort_month
        from marts.dim_customer
        order by customer_id
        """,
    )

    assert customers == [
        ("7", "account", 2, "43.00", "34.00", "2026-03-01"),
        ("8", "account", 0, "0.00", "0.00", None),
    ]


def test_its_stock_is_known(warehouse: duckdb.DuckDBPyConnection) -> None:
    stock = _rows(
        warehouse,
        """
        select sku, closing_quantity
        from marts.fct_inventory_daily
        where date = (select max(date) from marts.fct_inventory_daily)
        order by sku
        """,
    )

    assert stock == [("MUG", 20), ("PLATE", 5)]


def test_its_sales_are_in_the_metrics(warehouse: duckdb.DuckDBPyConnection) -> None:
    """By the day of the ledger what was given back is booked on its own day, by that of the order on the order's."""
    booked = _rows(
        warehouse,
        """
        select channel_id, ledger_date, order_count, net_sales_amount, net_sales_amount_reporting
        from metrics.metric_sales_booked_daily
        where net_sales_amount <> 0
        order by ledger_date
        """,
    )
    placed = _rows(
        warehouse,
        """
        select channel_id, order_date, order_count, net_sales_amount, shipping_amount
        from metrics.metric_sales_placed_daily
        where net_sales_amount <> 0
        order by order_date
        """,
    )

    assert booked == [
        ("online_store", "2026-03-08", 1, "33.00", "33.00"),
        ("retail", "2026-03-09", 1, "10.00", "10.00"),
        ("online_store", "2026-03-10", 0, "-9.00", "-9.00"),
    ]
    assert placed == [
        ("online_store", "2026-03-08", 1, "24.00", "3.00"),
        ("retail", "2026-03-09", 1, "10.00", "0.00"),
    ]
