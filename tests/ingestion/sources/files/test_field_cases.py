"""Files as programs and people write them: each has one right reading, or is a question."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from ingestion.load.pipeline import run_source
from ingestion.sources.files.importer import Status, import_file
from ingestion.sources.files.source import SOURCE
from ingestion.sources.files.tables import ORDERS
from shophouse.settings import Settings
from tests.support.files import check, reasons
from tests.support.raw import landed

SAMPLES = Path(__file__).parent / "samples"
AS_IT_IS = "/*\ntemplate: orders\nfile:\n  {option}\n*/\nselect * from rows\n"


def sample(name: str, mapping: Path | None = None) -> pl.DataFrame:
    """Rows of a sample that is accepted."""
    validated = check((SAMPLES / name).read_bytes(), "orders", mapping, file_name=name)
    assert not validated.reasons, list(validated.reasons.lines())
    return pl.DataFrame(validated.rows)


def stating(folder: Path, option: str) -> Path:
    """A mapping that takes a file as it is, but for one stated option."""
    path = folder / "stated.mapping.sql"
    path.write_text(AS_IT_IS.format(option=option))
    return path


def test_an_offset_is_used() -> None:
    assert sample("iso_offset.csv").select("order_id", "ordered_at").rows() == [
        ("E-1", datetime(2025, 10, 6, 22, 15)),
        ("E-2", datetime(2025, 10, 7, 22, 30)),
    ]


def test_points_before_three_digits_are_a_question_until_a_mapping_names_the_marks(tmp_path: Path) -> None:
    name = "thousands_points_only.csv"
    asked = check((SAMPLES / name).read_bytes(), "orders", file_name=name)
    assert reasons(asked) == [(2, "unit_price", "1.234"), (3, "unit_price", "1.190")]
    assert "say decimal: ',' (or '.') and thousands:" in next(asked.reasons.lines())
    thousands = sample(name, stating(tmp_path, "{decimal: ',', thousands: '.'}"))
    assert (thousands["quantity"] * thousands["unit_price"]).sum() == 3614
    decimals = sample(name, stating(tmp_path, "decimal: '.'"))
    assert (decimals["quantity"] * decimals["unit_price"]).sum() == Decimal("3.614")


def test_an_article_number_whose_digits_are_cut_is_a_finding_per_row(tmp_path: Path) -> None:
    name = "sku_scientific.csv"
    asked = check((SAMPLES / name).read_bytes(), "orders", file_name=name)
    assert reasons(asked) == [(line, "sku", "4.00638E+12") for line in (2, 3, 4)]
    kept = tmp_path / "kept.mapping.sql"
    kept.write_text("/*\ntemplate: orders\nas_written: [sku]\n*/\nselect * from rows\n")
    assert sample(name, kept)["sku"].unique().to_list() == ["4.00638E+12"]


def test_a_return_with_a_positive_quantity_is_asked_for_its_sign(tmp_path: Path) -> None:
    name = "return_with_positive_quantity.csv"
    asked = check((SAMPLES / name).read_bytes(), "orders", file_name=name)
    assert reasons(asked) == [(3, "quantity", "1"), (4, "quantity", "1")]
    turned = tmp_path / "turned.mapping.sql"
    turned.write_text(
        "/*\ntemplate: orders\n*/\nselect * replace (case entry_type when 'sale' then number(quantity) "
        "else -abs(number(quantity)) end as quantity) from rows\n"
    )
    rows = sample(name, turned)
    assert (rows["quantity"] * rows["unit_price"]).sum() == -100


def test_a_document_sent_again_replaces_the_document(settings: Settings) -> None:
    import_file(SAMPLES / "resent_long.csv", "orders", settings=settings)
    report = import_file(SAMPLES / "resent_short.csv", "orders", settings=settings)
    assert report.notes == ("replaces 3 rows of resent_long.csv (1 documents, replaced whole)",)
    rows = landed(settings, "files", ORDERS)
    assert (rows["quantity"] * rows["unit_price"]).sum() == 110


def test_the_newest_export_of_the_inbox_wins(settings: Settings) -> None:
    for path in (SAMPLES / "inbox_order").iterdir():
        (settings.inbox / path.name).write_bytes(path.read_bytes())
    run_source(SOURCE, settings)
    assert landed(settings, "files", ORDERS)["unit_price"].to_list() == [5]


def test_goods_are_weighed() -> None:
    [row] = sample("weighed_quantity.csv").iter_rows(named=True)
    assert (row["quantity"], row["quantity"] * row["unit_price"]) == (Decimal("0.35"), 7)


@pytest.mark.parametrize(
    ("name", "line", "note"),
    [
        ("title_rows.xlsx", 5, "lines 1, 2, 3 above the header, left out"),
        ("two_header_rows.xlsx", 3, "line 1 above the header, left out"),
        ("excel_sep_line.csv", 3, "line 1 (sep=) is not a row: it names the delimiter"),
        ("trailing_delimiter.csv", 2, "the delimiter at the end of every line opens no column"),
    ],
)
def test_what_programs_put_around_the_rows_is_left_out_and_said(
    settings: Settings, name: str, line: int, note: str
) -> None:
    report = import_file(SAMPLES / name, "orders", settings=settings)
    assert (report.status, report.notes) == (Status.LOADED, (note,))
    assert landed(settings, "files", ORDERS)["_row_number"].to_list() == [line]


def test_a_total_row_is_left_out_where_the_mapping_says_so(tmp_path: Path, settings: Settings) -> None:
    asked = import_file(SAMPLES / "total_row.csv", "orders", settings=settings)
    assert asked.status is Status.REJECTED
    assert "leave_out: {store_id: '^Total'}" in " ".join(asked.reasons.lines())
    mapping = stating(tmp_path, "leave_out: {store_id: '^Total'}")
    report = import_file(SAMPLES / "total_row.csv", None, mapping, settings=settings)
    assert (report.rows, report.notes) == (1, ("line 3 left out: store_id is like ^Total",))


def test_a_file_of_line_totals_and_tax_rates() -> None:
    file = (
        "store_id,order_id,line_number,ordered_at,timezone,entry_type,line_type,sku,quantity,line_total,line_tax_rate,"
        "prices_include_tax,currency\nweb,1,1,2025-10-07,Europe/Berlin,sale,product,A,3,29.99,0.19,true,EUR\n"
    )
    assert not check(file, "orders").reasons
    assert reasons(check(file.replace("0.19", "19"), "orders")) == [(2, "line_tax_rate", "19")]
    assert reasons(check(file.replace("0.19", ""), "orders")) == [(2, "line_tax_amount", None)]
    assert reasons(check(file.replace("29.99", ""), "orders")) == [(2, "unit_price", None)]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"line_total": "100"}, "line_total"),
        ({"line_tax_amount": "5", "line_tax_rate": "0.3"}, "line_tax_rate"),
        ({"line_discount_amount": "26"}, "line_discount_amount"),
        ({"line_tax_amount": "26"}, "line_tax_amount"),
        ({"line_tax_amount": "-1"}, "line_tax_amount"),
        ({"quantity": "-2"}, "quantity"),
        ({"quantity": "0"}, "quantity"),
        ({"unit_price": "-12.50"}, "unit_price"),
        ({"quantity": "", "line_total": "25"}, "quantity"),
    ],
)
def test_what_does_not_agree_with_itself_is_a_finding(cells: dict[str, str], column: str) -> None:
    row = {
        "store_id": "web",
        "order_id": "1",
        "line_number": "1",
        "ordered_at": "2025-10-07",
        "timezone": "Europe/Berlin",
        "entry_type": "sale",
        "line_type": "product",
        "sku": "A",
        "quantity": "2",
        "unit_price": "12.50",
        "line_total": "",
        "line_discount_amount": "",
        "line_tax_amount": "",
        "line_tax_rate": "",
        "currency": "EUR",
    }
    file = ",".join(row) + "\n" + ",".join((row | cells).values()) + "\n"
    assert [found for _, found, _ in reasons(check(file, "orders"))] == [column]
