"""What spreadsheets and programs put into cells and files beside the data: one right reading each, or a question."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.support.files import ORDERS_HEADER, check, order_line, orders_csv

READ = "/*\ntemplate: orders\nfile: {options}\n*/\nselect * replace ({column}) from rows\n"


def reading(folder: Path, column: str, options: str = "{}") -> Path:
    """A mapping that reads one column by a function and takes the others as they are."""
    path = folder / "read.mapping.sql"
    path.write_text(READ.format(column=column, options=options))
    return path


def only(content: str | bytes, column: str, mapping: Path | None = None) -> Any:
    """What the column of the only row holds."""
    validated = check(content, "orders", mapping)
    assert not validated.reasons, list(validated.reasons.lines())
    return pl.DataFrame(validated.rows)[column].item()


def sentence(content: str | bytes, mapping: Path | None = None, file_name: str = "file.csv") -> str:
    """The first finding."""
    return next(check(content, "orders", mapping, file_name=file_name).reasons.lines())


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-8-sig"])
def test_text_in_16_bits_is_read_with_or_without_a_byte_order_mark(encoding: str) -> None:
    tabs = orders_csv(order_line(sku="TÜR")).replace(",", "\t")
    assert only(tabs.encode(encoding), "sku") == "TÜR"


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u2009", "\u202f"])
def test_a_blank_between_thousands_is_any_blank(blank: str, tmp_path: Path) -> None:
    mapping = tmp_path / "french.mapping.sql"
    mapping.write_text("/*\ntemplate: orders\nfile: {decimal: ',', thousands: ' '}\n*/\nselect * from rows\n")
    assert only(orders_csv(order_line(unit_price=f'"1{blank}234,50"')), "unit_price", mapping) == Decimal("1234.5")


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("US$ 1234.50", "1234.5"),
        ("R$1234.50", "1234.5"),
        ("kr 1234.50", "1234.5"),
        ("1234.50 zł", "1234.5"),
        ("₹1234.50", "1234.5"),
        ("CHF 12.50", "12.5"),
    ],
)
def test_signs_of_currencies_say_nothing_of_the_amount(cell: str, amount: str, tmp_path: Path) -> None:
    mapping = reading(tmp_path, "number(unit_price) as unit_price")
    assert only(orders_csv(order_line(unit_price=cell)), "unit_price", mapping) == Decimal(amount)


@pytest.mark.parametrize(
    "cell", ["12.50 CR", "12.50 DR", "12.50 kg", "ca. 12.50", "12.50 kr kr", "--12.50", "(-12.50)"]
)
def test_words_that_may_say_more_are_a_question(cell: str, tmp_path: Path) -> None:
    mapping = reading(tmp_path, "number(unit_price) as unit_price")
    assert f"found '{cell}'" in sentence(orders_csv(order_line(unit_price=cell)), mapping)


@pytest.mark.parametrize(("cell", "rate"), [("19 %", 0.19), ("5.5%", 0.055), ("0%", 0.0), ("0.19", 0.19)])
def test_per_cent_are_hundredths(cell: str, rate: float, tmp_path: Path) -> None:
    mapping = reading(tmp_path, "number(line_tax_rate) as line_tax_rate")
    content = f"{ORDERS_HEADER},line_tax_rate\n{order_line()},{cell}\n"
    assert only(content, "line_tax_rate", mapping) == pytest.approx(rate)


def test_a_rate_without_its_sign_is_a_question() -> None:
    told = sentence(f"{ORDERS_HEADER},line_tax_rate\n{order_line()},19\n")
    assert told == "line 2, line_tax_rate: found '19', expected at most 1 (a share: 0.2 is 20 %)"


@pytest.mark.parametrize("decimal", [".", ","])
def test_days_that_a_spreadsheet_counts_are_dates_where_the_mapping_says_so(decimal: str, tmp_path: Path) -> None:
    content = orders_csv(order_line(ordered_at=f'"46083{decimal}4270833"', unit_price="12"))
    assert "or 'excel' for a number of days" in sentence(content)
    told = reading(tmp_path, "local_time(ordered_at, 'excel') as ordered_at", f"{{decimal: '{decimal}'}}")
    assert only(content, "ordered_at", told) == datetime(2026, 3, 2, 10, 15)


def test_a_short_year_is_read_where_the_mapping_says_so(tmp_path: Path) -> None:
    content = orders_csv(order_line(ordered_at="02.03.26"))
    assert "local_time(column, '%d.%m.%Y %H:%M') in a mapping" in sentence(content)
    told = reading(tmp_path, "local_time(ordered_at, '%d.%m.%y') as ordered_at")
    assert only(content, "ordered_at", told) == datetime(2026, 3, 2)


def test_a_text_that_is_kept_from_being_a_number_is_the_text() -> None:
    assert only(orders_csv(order_line(sku='"=""00123"""')), "sku") == "00123"


@pytest.mark.parametrize("cell", ["'00123", "#REF!", "#N/A", "#NAME?", "#BEZUG!"])
def test_what_a_spreadsheet_could_not_work_out_is_no_article(cell: str, tmp_path: Path) -> None:
    content = orders_csv(order_line(sku=cell))
    assert "say as_written: [sku] in a mapping" in sentence(content)
    kept = tmp_path / "kept.mapping.sql"
    kept.write_text("/*\ntemplate: orders\nas_written: [sku]\n*/\nselect * from rows\n")
    assert only(content, "sku", kept) == cell


@pytest.mark.parametrize("footer", ["Total,,,,,,,,2,25.00,", ",,,,,,,Grand total,2,25.00,", ",Summe,,,,,,,2,25.00,"])
def test_a_total_below_the_rows_is_told_by_one_finding_that_settles_it(footer: str) -> None:
    reasons = check(orders_csv(order_line(), footer), "orders").reasons
    assert len(reasons) == 1
    assert "say leave_out: {" in next(reasons.lines())


def test_columns_without_name_and_value_at_the_end_are_none() -> None:
    content = "\n".join(f"{line},,," for line in (ORDERS_HEADER, order_line()))
    assert only(content, "sku") == "MUG-1"
    assert "nothing in column 12" in sentence(f"{content}x")


def test_a_header_between_the_rows_is_left_out_and_told() -> None:
    twice = check(orders_csv(order_line(), ORDERS_HEADER, order_line(line_number="2")), "orders")
    assert twice.rows.num_rows == 2
    assert "line 3 left out: the header once more" in twice.notes


def _archive() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("orders.csv", orders_csv(order_line()))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "file_name", "helps"),
    [
        (_archive(), "orders.csv", "unpack an archive"),
        (_archive(), "orders.zip", "unpack the archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "orders.csv", "save it as .xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "orders.xls", "save the workbook as .xlsx"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "orders.csv", "save it as .xlsx"),
        (b"\n<!DOCTYPE html><html>Session expired</html>", "orders.csv", "download the export again"),
        (b"%PDF-1.7", "orders.txt", "export the table itself"),
        (b"\x1f\x8b\x08", "orders.csv", "name it .gz"),
        (b"", "orders.csv", "the file is empty"),
        (b'[{"store_id": "north"}]', "orders.json", "one JSON object a line is .jsonl"),
    ],
)
def test_a_file_of_another_format_is_told_what_it_is(content: bytes, file_name: str, helps: str) -> None:
    assert helps in sentence(content, file_name=file_name)
