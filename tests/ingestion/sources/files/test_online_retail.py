"""A real shop's 541,909 lines through the shipped mapping: every row placed once, every penny kept."""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest

from ingestion.sources.files.mapping import ROWS, find_mapping
from ingestion.sources.files.readers import read_content
from ingestion.sources.files.templates import template
from ingestion.sources.files.validate import validate
from tests.support.files import TODAY, check, reasons
from tests.support.shared import shared

LINES = 541_909
HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"


@pytest.fixture(scope="module")
def path() -> Path:
    return shared("data/online_retail/online_retail_raw.csv.gz")


@pytest.fixture(scope="module")
def rows(path: Path) -> pl.DataFrame:
    validated = validate(
        {ROWS: (path, read_content(path))}, template("orders"), find_mapping("online_retail"), {}, TODAY
    )
    assert not validated.reasons, list(validated.reasons.lines())
    return pl.DataFrame(validated.rows)


@pytest.fixture(scope="module")
def file(path: Path) -> pl.DataFrame:
    """The file read without any of our code, amounts exact."""
    raw = pl.read_csv(gzip.decompress(path.read_bytes()), infer_schema=False)
    return raw.with_columns(pl.col("Quantity").cast(pl.Int64), pl.col("UnitPrice").cast(pl.Decimal(18, 6)))


def monthly(frame: pl.DataFrame, when: pl.Expr, amount: pl.Expr) -> list[tuple[str, object]]:
    months = frame.group_by(when.alias("month")).agg(amount.sum().alias("total"))
    return months.sort("month").rows()


def test_no_row_is_dropped_and_each_keeps_its_line(rows: pl.DataFrame) -> None:
    assert rows.height == LINES
    assert rows["_row_number"].to_list() == list(range(2, LINES + 2))


def test_month_totals_are_the_file_s_own_to_the_penny(rows: pl.DataFrame, file: pl.DataFrame) -> None:
    ours = monthly(rows, pl.col("ordered_at").dt.to_string("%Y-%m"), pl.col("quantity") * pl.col("unit_price"))
    theirs = monthly(file, pl.col("InvoiceDate").str.head(7), pl.col("Quantity") * pl.col("UnitPrice"))
    assert ours == theirs
    assert len(ours) == 13


def test_categories_are_a_partition(rows: pl.DataFrame) -> None:
    counts = rows.group_by("entry_type", "line_type").len().sort("entry_type", "line_type").rows()
    assert sum(count for _, _, count in counts) == LINES
    assert counts == [
        ("adjustment", "bad_debt", 3),
        ("adjustment", "stock_adjustment", 2_092),
        ("cancellation", "discount", 77),
        ("cancellation", "fee", 73),
        ("cancellation", "manual", 244),
        ("cancellation", "product", 8_704),
        ("cancellation", "sample", 61),
        ("cancellation", "shipping", 129),
        ("sale", "fee", 14),
        ("sale", "gift_card", 31),
        ("sale", "manual", 328),
        ("sale", "product", 528_176),
        ("sale", "sample", 2),
        ("sale", "shipping", 1_975),
    ]


def test_sale_and_cancellation_are_told_apart(rows: pl.DataFrame) -> None:
    cancelled = pl.col("entry_type") == "cancellation"
    assert rows.filter(cancelled).height == 9_288
    assert rows.filter(cancelled != pl.col("order_id").str.starts_with("C")).is_empty()
    assert rows.filter(cancelled & (pl.col("quantity") >= 0)).is_empty()
    assert rows.filter((pl.col("entry_type") == "sale") & (pl.col("quantity") <= 0)).is_empty()


def test_adjustments_of_stock_carry_no_money_and_those_of_debt_all_of_it(rows: pl.DataFrame) -> None:
    stock = rows.filter(pl.col("line_type") == "stock_adjustment")
    assert stock.filter((pl.col("unit_price") != 0) | pl.col("customer_id").is_not_null()).is_empty()
    assert stock.filter(pl.col("quantity") < 0).height == 1_336
    debt = rows.filter(pl.col("line_type") == "bad_debt")
    assert sorted(debt["unit_price"].cast(pl.Float64)) == [-11062.06, -11062.06, 11062.06]


def test_dirt_is_kept_as_it_is(rows: pl.DataFrame, file: pl.DataFrame) -> None:
    assert rows["customer_id"].null_count() == 135_080
    assert rows["product_name"].null_count() == 1_454
    assert rows.filter(pl.col("customer_id").str.contains(r"\D")).is_empty()
    content = ["order_id", "sku", "product_name", "quantity", "ordered_at", "unit_price", "customer_id", "country_code"]
    assert rows.height - rows.select(content).n_unique() == file.height - file.n_unique() == 5_268


def test_line_numbers_follow_the_file_within_an_invoice(rows: pl.DataFrame) -> None:
    first = rows.filter(pl.col("order_id") == "536365")
    assert first["line_number"].to_list() == [1, 2, 3, 4, 5, 6, 7]
    assert first["sku"].to_list()[:3] == ["85123A", "71053", "84406B"]
    spans = rows.group_by("order_id").agg(pl.col("line_number").max() - pl.len())
    assert spans["line_number"].unique().to_list() == [0]


def test_constants_and_country_names(rows: pl.DataFrame) -> None:
    same = rows.select("store_id", "timezone", "currency").unique().rows()
    assert same == [("online-retail", "Europe/London", "GBP")]
    assert {"EIRE", "Unspecified", "United Kingdom"} <= set(rows["country_code"])


def test_a_day_s_file_in_summer_keeps_the_shop_s_wall_clock(tmp_path: Path) -> None:
    """British summer time is an hour ahead of UTC; the template holds the clock on the wall and the zone."""
    line = "560000,85123A,HOLDER,6,2011-07-14 08:26:00,2.55,17850.0,United Kingdom\n"
    validated = check(HEADER + line, "orders", find_mapping("online_retail").path)
    assert str(validated.rows.column("ordered_at")[0]) == "2011-07-14 08:26:00"


def test_a_stock_code_of_a_new_kind_refuses_the_file() -> None:
    line = "560000,VOUCHER9,x,1,2011-07-14 08:26:00,2.55,17850.0,France\n"
    validated = check(HEADER + line, "orders", find_mapping("online_retail").path)
    assert [(row, column) for row, column, _ in reasons(validated)] == [(2, "StockCode")]
