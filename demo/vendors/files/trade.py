"""The trade business's invoices as its bookkeeper exports them: Xero's columns below a title, a total underneath."""

from __future__ import annotations

import io
from datetime import timedelta

import numpy as np
import polars as pl

from demo.merchant import Merchant
from demo.vendors.ad_delivery import dates_of
from demo.vendors.shopify.tables.catalog import local_day
from demo.world.trade import CURRENCY, MAILINGS, NAME, SERVICES, STORE_ID, TIMEZONE
from demo.world.values import money, pick
from demo.world.view import View
from ingestion.sources.files.mapping import SHIPPED, SUFFIX

FOLDER = "trade"
_MAPPING = "xero_invoices"
_HEADER_LINE = 3
_PARTY = (
    "ContactName EmailAddress POAddressLine1 POAddressLine2 POAddressLine3 POAddressLine4 POCity PORegion POPostalCode"
)
_DOCUMENT = "POCountry InvoiceNumber Reference InvoiceDate DueDate Total TaxTotal InvoiceAmountPaid InvoiceAmountDue"
_LINE = "InventoryItemCode Description Quantity UnitAmount Discount LineAmount AccountCode TaxType TaxAmount"
_END = "Currency Type Sent Status"
_COLUMNS = [column for part in (_PARTY, _DOCUMENT, _LINE, _END) for column in part.split()]
_TOWNS = (("Wien", "1010"), ("Graz", "8010"), ("Linz", "4020"), ("Salzburg", "5020"), ("Innsbruck", "6020"))


def write(view: View, merchant: Merchant) -> None:
    """Writes ``files/trade/SalesInvoices-<last day>.csv`` for each mailing that has been sent, and their mapping."""
    folder = merchant.folder / "files" / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"trade.mapping{SUFFIX}").write_text(_mapping())
    lines = visible_lines(view)
    for mailing in range(MAILINGS):
        rows = lines.filter(pl.col("mailing") == mailing)
        if rows.height:
            last = view.world.scenario.first_day + timedelta(int(rows["day"].cast(pl.Int64).to_numpy().max()))
            (folder / f"SalesInvoices-{last}.csv").write_text(_file(view, rows))


def visible_lines(view: View) -> pl.DataFrame:
    """Lines of the mailings by now, with ``final``: whether no later mailing sends the document again."""
    trade, today = view.world.trade, int(local_day(view)[1])
    begun = np.searchsorted(trade.starts, today, side="right") - 1
    seen = trade.lines.filter((pl.col("day") <= today) & (pl.col("mailing") <= int(begun)))
    return seen.with_columns(final=pl.col("mailing") == pl.col("mailing").max().over("document"))


def _mapping() -> str:
    """The mapping that ships, with the shop's settings and what stands around the rows of its files."""
    text = (SHIPPED / f"{_MAPPING}{SUFFIX}").read_text()
    for before, after in (
        ("  store_id:\n", f"  store_id: {STORE_ID}\n"),
        ("  timezone:\n", f"  timezone: {TIMEZONE}\n"),
        ("file:\n", f'file:\n  header: {_HEADER_LINE}\n  leave_out: {{InvoiceNumber: "^Total"}}\n'),
    ):
        if text.count(before) != 1:
            raise ValueError(f"mapping {_MAPPING}: expected {before!r} once; adapt what the demo puts in its place")
        text = text.replace(before, after)
    return text


def _file(view: View, lines: pl.DataFrame) -> str:
    rows = _rows(view, lines)
    rows = rows.with_columns(pl.lit(None, pl.String).alias(name) for name in _COLUMNS if name not in rows.columns)
    total = pl.DataFrame(
        {"InvoiceNumber": ["Total"], "Total": _text(lines.select((pl.col("net") + pl.col("tax")).sum())["net"])}
    )
    whole = pl.concat([rows, total], how="diagonal_relaxed").select(_COLUMNS)
    text = io.StringIO()
    whole.write_csv(text)
    titles = f"Sales invoices\n{NAME}\n"
    return titles + text.getvalue()


def _rows(view: View, lines: pl.DataFrame) -> pl.DataFrame:
    sign = pl.when(pl.col("kind") == "credit").then(-1).otherwise(1)
    signed = lines.with_columns(
        net=pl.col("net") * sign, tax=pl.col("tax") * sign, unit_cents=pl.col("unit_cents") * sign
    )
    signed = signed.with_columns(
        total=(pl.col("net") + pl.col("tax")).sum().over("document"), tax_total=pl.col("tax").sum().over("document")
    )
    sku, company = lines["sku"].to_numpy(), lines["company"].to_numpy()
    names = view.world.catalog.frame["title"][np.maximum(sku, 0)]
    described = pl.select(
        pl.when(pl.Series(sku < 0)).then(pick(list(SERVICES), lines["service"].to_numpy())).otherwise(names)
    )
    town = company % len(_TOWNS)
    credit = pl.col("kind") == "credit"
    return signed.select(
        ContactName=pl.format("Bergsport {} GmbH", pl.Series(company)),
        EmailAddress=pl.format("einkauf@bergsport{}.example", pl.Series(company)),
        POCity=pick([name for name, _ in _TOWNS], town),
        POPostalCode=pick([code for _, code in _TOWNS], town),
        POCountry=pl.lit("Austria"),
        InvoiceNumber=pl.format("{}-{}", pl.when(credit).then(pl.lit("CN")).otherwise(pl.lit("INV")), "document"),
        InvoiceDate=dates_of(view, lines["day"]).dt.strftime("%d/%m/%Y"),
        Total=_text(signed["total"]),
        TaxTotal=_text(signed["tax_total"]),
        InventoryItemCode=pick(view.world.catalog.skus.to_list(), sku),
        Description=described.to_series(),
        Quantity=pl.col("quantity").cast(pl.String),
        UnitAmount=_text(signed["unit_cents"]),
        LineAmount=_text(signed["net"]),
        TaxType=pl.lit("20% (VAT on income)"),
        TaxAmount=_text(signed["tax"]),
        Currency=pl.lit(CURRENCY),
        Type=pl.when(credit).then(pl.lit("Sales credit note")).otherwise(pl.lit("Sales invoice")),
        Sent=pl.lit("Sent"),
        Status=pl.when("draft").then(pl.lit("Draft")).otherwise(pl.lit("Paid")),
    )


def _text(cents: pl.Series) -> pl.Series:
    return money(cents.to_numpy()).cast(pl.Decimal(18, 2)).cast(pl.String)
