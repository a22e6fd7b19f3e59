"""A shop that lives of files: its figures are the files'."""

from __future__ import annotations

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
from ingestion.sources.files.importer import Status, import_file
from shophouse.settings import PROJECT_ROOT, Settings
from tests.support.builds import build_and_test

pytestmark = pytest.mark.slow

AS_OF = datetime(2026, 11, 8, 12, tzinfo=UTC)
SAMPLES = PROJECT_ROOT / "tests" / "ingestion" / "sources" / "files" / "samples"
SPEND = """\
Platform,Campaign,Date,Spend,Currency,Impressions,Conversions,Value
Pinterest Ads,Autumn,2025-10-07,40,EUR,1000,1,20
Radio,Autumn,2025-10-07,200,EUR,,,
"""
PAID = """\
store_id,payment_id,order_id,paid_at,timezone,payment_type,method,amount,fee_amount,currency
shop,P1,#1001,2025-10-07 10:00,Europe/Paris,payment,card,53.91,1.20,EUR
"""
NOTES = """\
store_id,order_id,line_number,ordered_at,timezone,entry_type,line_type,customer_id,country_code,sku,quantity,unit_price,currency
books,1,1,2025-10-01 10:00,Europe/Berlin,sale,product,ann,Germany,MUG,4,10,EUR
books,C1,1,2025-10-09 10:00,Europe/Berlin,cancellation,product,ann,Germany,MUG,-1,10,EUR
books,C2,1,2025-09-09 10:00,Europe/Berlin,return,product,,Atlantis,LAMP,-1,7,EUR
"""


def new_home(folder: Path) -> Settings:
    """A state folder with the empty tables of every source."""
    made = Settings(home=folder, as_of=AS_OF)
    made.inbox.mkdir(parents=True)
    create_empty_tables(list(SOURCES.values()), made)
    return made


def build(made: Settings, model: str = "") -> None:
    """Builds every model with every gate, or those that one model is made of."""
    ensure_privacy_key(made)
    create_tables(made.warehouse_db)
    build_and_test(made, AS_OF, only=model)


def take(made: Settings, source: Path | str, template: str | None, mapping: str | None = None, **given_: str) -> None:
    """Imports a file, or text as one."""
    if isinstance(source, str):
        path = made.home / f"{template or mapping}-{len(source)}.csv"
        path.write_text(source)
        source = path
    report = import_file(source, template, mapping, settings=made, given=given_)
    assert report.status is Status.LOADED, list(report.lines())


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The built warehouse of a shop of files."""
    made = new_home(tmp_path_factory.mktemp("files") / "home")
    given_ = {"store_id": "shop", "timezone": "Europe/Paris"}
    take(made, SAMPLES / "shopify_orders_export.csv", None, "shopify_orders_export", **given_)
    take(made, SAMPLES / "weighed_quantity.csv", "orders")
    take(made, NOTES, "orders")
    take(made, PAID, "payments")
    take(made, SPEND, None, "ad_spend_sheet")
    build(made)
    connection = duckdb.connect(made.build_db.as_posix(), read_only=True)
    connection.execute(f"attach '{made.warehouse_db.as_posix()}' as shophouse (read_only)")
    return connection


def rows(shop: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return shop.execute(query).fetchall()


def test_an_export_of_shopify_is_net_of_tax_and_discount(shop: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        shop,
        "select order_id, gross_sales_amount, net_sales_amount, shipping_amount, tax_amount, is_cancelled, "
        "current_net_sales_amount from shophouse.marts.fct_orders where store_id = 'shop' order by order_id",
    )
    expected = [
        ("#1001", "49.9186", "44.93", "0", "8.98", False, "44.93"),
        ("#1002", "20.84", "20.84", "4.08", "4.98", False, "10.42"),
        ("#1003", "10.42", "10.42", "0", "2.08", True, "0"),
    ]
    as_numbers = [
        tuple(Decimal(cell) if isinstance(cell, str) and i else cell for i, cell in enumerate(row)) for row in expected
    ]
    assert [(row[0], *row[2:]) for row in found] == [(row[0], *row[2:]) for row in as_numbers]


def test_a_part_of_a_unit_is_sold(shop: duckdb.DuckDBPyConnection) -> None:
    found = rows(shop, "select quantity, net_sales_amount from shophouse.marts.fct_orders where store_id = 'web'")
    assert found == [(Decimal("0.35"), Decimal(7))]
    assert rows(
        shop, "select sum(units_sold) from shophouse.metrics.metric_sales_booked_daily where store_id = 'web'"
    ) == [(Decimal("0.35"),)]


def test_a_credit_note_without_its_order_is_its_customer_s_country_s_and_cohort_s(
    shop: duckdb.DuckDBPyConnection,
) -> None:
    of_customers = (
        "select customer_id, current_net_sales_amount from shophouse.marts.dim_customer where store_id = 'books'"
    )
    assert sorted(rows(shop, of_customers), key=str) == [("ann", Decimal(30)), (None, Decimal(-7))]
    of_countries = (
        "select country_code, sum(amount) from shophouse.marts.fct_sales_ledger where store_id = 'books' group by 1"
    )
    assert sorted(rows(shop, of_countries)) == [("DE", Decimal(30)), ("unmapped", Decimal(-7))]
    of_cohorts = (
        "select sum(net_sales_amount) from shophouse.metrics.metric_sales_cohort_monthly where store_id = 'books'"
    )
    assert rows(shop, of_cohorts) == [(Decimal(30),)]
    of_products = "select sku, sum(amount) from shophouse.marts.fct_sales_ledger where store_id = 'books' group by 1"
    assert sorted(rows(shop, of_products)) == [("LAMP", Decimal(-7)), ("MUG", Decimal(30))]


RETURNED = {
    "marts.fct_orders": ["returned_quantity", "returned_amount", "returned_amount_reporting"],
    "marts.fct_order_lines": ["returned_quantity", "line_returned_amount", "line_returned_amount_reporting"],
    "marts.dim_customer": ["returned_quantity"],
    "metrics.metric_sales_booked_daily": ["returned_order_count", "units_returned", "returned_amount"],
    "metrics.metric_sales_placed_daily": ["units_returned", "returned_amount", "returned_amount_reporting"],
    "metrics.metric_sales_booked_product_daily": ["units_returned", "returned_amount", "returned_amount_reporting"],
    "metrics.metric_sales_placed_product_daily": ["units_returned", "returned_amount", "returned_amount_reporting"],
    "metrics.metric_returns_placed_daily": ["returned_order_count", "units_returned", "returned_amount"],
}


@pytest.mark.parametrize("table", RETURNED)
def test_returns_that_no_file_tells_of_are_unknown(shop: duckdb.DuckDBPyConnection, table: str) -> None:
    """Of web no file has a return; books has one, so that of its other rows nothing came back."""
    counts = ", ".join(f"count({column})" for column in RETURNED[table])
    of_store = f"select count(*), {counts} from shophouse.{table} where store_id = "
    ((there, *known),) = rows(shop, f"{of_store} 'web'")
    assert there
    assert set(known) == {0}
    ((there, *known),) = rows(shop, f"{of_store} 'books'")
    assert set(known) == {there}


def test_what_one_shop_does_not_tell_is_unknown_of_all_of_them(shop: duckdb.DuckDBPyConnection) -> None:
    assert rows(shop, "select store_id from shophouse.marts.dim_store where has_unknown_returns") == [("web",)]
    of_a_week = "select current_value is null from shophouse.metrics.kpi_summary where window_days = 7 and kpi = "
    assert rows(shop, f"{of_a_week} 'net sales'") == [(False,)]
    assert rows(shop, f"{of_a_week} 'returns'") == [(True,)]


def test_spend_of_any_platform_counts(shop: duckdb.DuckDBPyConnection) -> None:
    spend = (
        "select platform, spend_amount, claimed_conversions from shophouse.marts.fct_ad_performance_daily order by 1"
    )
    assert rows(shop, spend) == [
        ("pinterest_ads", Decimal(40), Decimal(1)),
        ("radio", Decimal(200), Decimal(0)),
    ]
    assert rows(shop, "select sum(spend_amount_reporting) from shophouse.metrics.metric_ads_daily") == [(Decimal(240),)]


def test_what_was_paid_is_known(shop: duckdb.DuckDBPyConnection) -> None:
    paid = "select paid_amount, payment_fee_amount from shophouse.marts.fct_orders where order_id = '#1001'"
    assert rows(shop, paid) == [(Decimal("53.91"), Decimal("1.20"))]
