"""The same rows come out of every format."""

from __future__ import annotations

import gzip
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from ingestion.sources.files.delimited import UnreadableFileError
from ingestion.sources.files.mapping import ROWS
from ingestion.sources.files.readers import ReadOptions, bare_name, read_content, read_rows
from ingestion.sources.files.templates import template
from ingestion.sources.files.validate import validate
from tests.support.files import TODAY, write_as

TRANSFERS = pl.DataFrame(
    {
        "transfer_id": ["T-1", "T-2"],
        "store_id": ["north", "north"],
        "sku": ["00123", "MUG"],
        "from_location": ["Berlin", "Köln"],
        "to_location": ["Köln", "Berlin"],
        "shipped_quantity": [5, 7],
        "received_quantity": [5, None],
        "shipped_at": [datetime(2026, 3, 1, 9, 30), datetime(2026, 3, 2)],
        "received_at": [datetime(2026, 3, 3, 8, 0, 5), None],
        "transfer_cost": [12.35, 0.1],
        "currency": ["EUR", "EUR"],
    }
)
FORMATS = ["csv", "xlsx", "parquet", "jsonl", "csv.gz", "jsonl.gz"]


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_gives_the_same_typed_rows(tmp_path: Path, suffix: str) -> None:
    path = write_as(TRANSFERS, tmp_path / f"transfers.{suffix}")
    validated = validate({ROWS: (path, read_content(path))}, template("transfers"), None, {}, TODAY)
    assert not validated.reasons, list(validated.reasons.lines())
    rows = pl.DataFrame(validated.rows).drop("_file_id", "_row_number")
    assert rows.with_columns(pl.col("transfer_cost").cast(pl.Float64)).rows() == TRANSFERS.rows()


def test_rows_are_numbered_as_the_format_shows_them(tmp_path: Path) -> None:
    first = {}
    for suffix in FORMATS[:4]:
        path = write_as(TRANSFERS, tmp_path / f"transfers.{suffix}")
        first[suffix] = read_rows(path, read_content(path), ReadOptions()).frame["_row_number"].to_list()
    assert first == {"csv": [2, 3], "xlsx": [2, 3], "parquet": [1, 2], "jsonl": [1, 2]}


def test_a_workbook_s_numbers_and_dates_are_what_the_cells_show(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"id": [17850, None], "price": [2.55, 0.001], "day": [date(2011, 2, 28), None], "yes": [True, False]}
    )
    path = write_as(frame, tmp_path / "book.xlsx")
    rows = read_rows(path, read_content(path), ReadOptions()).frame
    assert rows.rows() == [(2, "17850", "2.55", "2011-02-28 00:00:00", "true"), (3, None, "0.001", None, "false")]


def test_a_sheet_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = write_as(TRANSFERS, tmp_path / "book.xlsx")
    with pytest.raises(UnreadableFileError, match="found 'Orders', expected one of the sheets"):
        read_rows(path, read_content(path), ReadOptions(sheet="Orders"))


def test_a_truncated_gzip_file_is_said_to_be_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 5000)[:-20])
    with pytest.raises(UnreadableFileError, match="cut off"):
        read_content(path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("orders.csv.gz", b"plain text", "a gzip file without damage"),
        ("orders.doc", b"", "a file name that ends in one of"),
        ("orders.xlsx", b"not a workbook", "an Excel workbook"),
        ("orders.parquet", b"not parquet", "a Parquet file without damage"),
        ("orders.jsonl", b'{"a": 1}\n[1]\n{"a"', "line 2: .*line 3: "),
        ("orders.jsonl", b"", "the file is empty"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError, match=message):
        read_rows(path, read_content(path), ReadOptions())


@pytest.mark.parametrize(
    ("name", "bare"), [("orders.csv", "orders"), ("orders.csv.gz", "orders"), ("a.b.jsonl.GZ", "a.b")]
)
def test_names_without_format(name: str, bare: str) -> None:
    assert bare_name(Path(name)) == bare
