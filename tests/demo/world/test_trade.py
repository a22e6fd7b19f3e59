"""The trade business's dirty exports, read by the mapping that ships, come to its own books."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from demo.home import drop_spreadsheets
from demo.world.trade import CURRENCY, MAILINGS, STORE_ID
from ingestion.sources.files.importer import Status, import_file
from shophouse.settings import Settings
from tests.support.simulated import Simulated


@pytest.fixture
def files(simulated: Simulated, settings: Settings) -> list[Path]:
    """The files in the inbox, from the oldest to the newest."""
    drop_spreadsheets(simulated.merchant.folder, settings.inbox)
    return sorted((settings.inbox / "trade").glob("*.csv"))


def _imported(files: list[Path], settings: Settings) -> pl.DataFrame:
    for file in files:
        report = import_file(file, None, file.with_name("trade.mapping.sql"), settings=settings)
        assert report.status is Status.LOADED, report.reasons.lines()
    with duckdb.connect(settings.raw_db, read_only=True) as connection:
        return connection.sql("from files.orders").pl()


def test_the_last_mailing_of_each_document_comes_to_the_books(
    simulated: Simulated, files: list[Path], settings: Settings
) -> None:
    assert len(files) == MAILINGS
    lines = _imported(files, settings)
    assert set(lines["store_id"]) == {STORE_ID}
    assert set(lines["currency"]) == {CURRENCY}
    by_day = (
        lines.group_by(date=pl.col("ordered_at").dt.date())
        .agg(
            documents=pl.col("order_id").n_unique().cast(pl.Int64),
            units=pl.col("quantity").sum().cast(pl.Int64),
            net_sales=(pl.col("line_total").sum() * 100).cast(pl.Int64),
            tax=((pl.col("line_tax_amount") * pl.col("quantity").sign()).sum() * 100).cast(pl.Int64),
        )
        .sort("date")
    )
    books = simulated.truth("trade_books")
    assert by_day.equals(books.select(by_day.columns))
    assert books["credited"].sum() > 0
    assert books["doubled_lines"].sum() > 0


def test_files_hold_what_people_send(simulated: Simulated, files: list[Path]) -> None:
    """Titles and a total, drafts, an invoice again with a line less."""
    rows = []
    for file in files:
        text = file.read_text()
        assert text.startswith("Sales invoices\n")
        assert text.splitlines()[-1].count("Total") == 1
        rows.append(pl.read_csv(file, skip_rows=2, infer_schema=False).with_columns(file=pl.lit(file.name)))
    lines = pl.concat(rows).filter(pl.col("InvoiceNumber") != "Total")
    assert set(lines["Status"]) == {"Paid", "Draft"}
    assert set(lines["Type"]) == {"Sales invoice", "Sales credit note"}
    counts = lines.group_by("InvoiceNumber", "file").len().sort("file").group_by("InvoiceNumber").agg("len")
    again = counts.filter(pl.col("len").list.len() > 1)
    assert again.height > 0
    assert (again["len"].list.first() > again["len"].list.last()).all()
    assert lines["InventoryItemCode"].is_null().any()
