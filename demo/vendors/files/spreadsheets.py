"""What the merchant keeps in files: one table and one CSV file per template, and the trade business's exports."""

from __future__ import annotations

import polars as pl

from demo.merchant import Merchant
from demo.vendors.files import buying, planning, pricelists, trade, warehouse
from demo.world.view import View
from ingestion.sources.files.tables import FILE, TEMPLATES

_FILE_COLUMNS = {c.name for c in FILE}


def write_spreadsheets(view: View, merchant: Merchant) -> None:
    """Writes every template that the merchant uses, as table and as ``files/<template>.csv``, and the trade's files."""
    tables = {**buying.tables(view), **warehouse.tables(view), **pricelists.tables(view), **planning.tables(view)}
    for template in TEMPLATES:
        if template.name in tables:
            merchant.write("files", template.name, tables[template.name])
            _write_csv(merchant, template.name)
    trade.write(view, merchant)


def _write_csv(merchant: Merchant, template: str) -> None:
    rows = merchant.frame("files", template).select(pl.exclude(*_FILE_COLUMNS)).collect()
    money = [name for name, kind in rows.schema.items() if isinstance(kind, pl.Decimal) and kind.scale == 6]
    rows.with_columns(pl.col(c).cast(pl.Decimal(24, 2)) for c in money).write_csv(
        merchant.folder / "files" / f"{template}.csv", datetime_format="%Y-%m-%dT%H:%M:%S"
    )
