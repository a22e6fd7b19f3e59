"""Reads the golden merchant's hand-written CSV files into a merchant's folder.

``merchant/day_1/<source>/<table>.csv`` is what the vendors hold on the first day. ``merchant/day_2`` has what is new or
changed on the second: a row replaces the cells of the row with the same key (an empty cell keeps the first day's value,
``~`` empties it), and ``removed.csv`` names what is gone. Ids are written as numbers; Shopify's own form is put around
them here. ``merchant/shopify_defaults.csv`` fills columns that Shopify always has but no expected number rests on
(``=column`` copies another column).
"""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import polars as pl

from demo.merchant import SERVED, Merchant
from ingestion.contract import RawTable

FOLDER = Path(__file__).parent / "merchant"
DAYS = ("day_1", "day_2")
VENDORS = tuple(name for name in SERVED if name != "files" and (FOLDER / DAYS[0] / name).is_dir())
_EMPTIED = "~"
_COPIED = "="

_OWN_ID = {
    "shop": "Shop",
    "locations": "Location",
    "products": "Product",
    "product_variants": "ProductVariant",
    "product_deletions": "BasicEvent",
    "inventory_items": "InventoryItem",
    "customers": "Customer",
    "orders": "Order",
    "order_lines": "LineItem",
    "shipping_lines": "ShippingLine",
    "transactions": "OrderTransaction",
    "refunds": "Refund",
    "refund_lines": "RefundLineItem",
    "order_adjustments": "OrderAdjustment",
    "returns": "Return",
    "return_lines": "ReturnLineItem",
    "exchange_lines": "ExchangeLineItem",
    "fulfillments": "Fulfillment",
    "fulfillment_lines": "FulfillmentLineItem",
    "sales_agreements": "SalesAgreement",
    "sales": "Sale",
}
_FOREIGN_ID = {
    "order_id": "Order",
    "product_id": "Product",
    "variant_id": "ProductVariant",
    "inventory_item_id": "InventoryItem",
    "location_id": "Location",
    "retail_location_id": "Location",
    "customer_id": "Customer",
    "order_line_id": "LineItem",
    "shipping_line_id": "ShippingLine",
    "refund_id": "Refund",
    "return_id": "Return",
    "fulfillment_id": "Fulfillment",
    "fulfillment_line_id": "FulfillmentLineItem",
    "agreement_id": "SalesAgreement",
}


def write_merchant(folder: Path, day: str) -> Merchant:
    """Writes what the vendors hold on a day.

    Args:
        folder: where to.
        day: one of ``DAYS``; a later day stands on the days before it.

    Returns:
        The merchant.

    Raises:
        ValueError: a CSV file names a column that the table's contract lacks, or a value does not fit its type.
    """
    merchant = Merchant(folder)
    days = DAYS[: DAYS.index(day) + 1]
    for source in VENDORS:
        for table in SERVED[source]:
            stated = [path for d in days if (path := FOLDER / d / source / f"{table.name}.csv").exists()]
            if stated:
                rows = _overlaid(table, stated)
                if source == "shopify":
                    rows = _with_ids(table, _with_defaults(table, _without_removed(table, rows, days)))
                merchant.write(source, table.name, _typed(table, rows))
    return merchant


def drop_files(inbox: Path, day: str) -> None:
    """Puts a day's spreadsheets into the inbox, each under a name of its own."""
    inbox.mkdir(parents=True, exist_ok=True)
    for path in sorted((FOLDER / day / "files").glob("*.csv")):
        shutil.copy(path, inbox / f"{path.stem}-{day}.csv")


def _overlaid(table: RawTable, paths: list[Path]) -> pl.DataFrame:
    rows = _texts(table, paths[0])
    for path in paths[1:]:
        rows = rows.update(_texts(table, path), on=list(table.key), how="full")
    return rows.with_columns(pl.all().replace(_EMPTIED, None))


def _texts(table: RawTable, path: Path) -> pl.DataFrame:
    """The file's cells as they stand, in the contract's columns."""
    rows = pl.read_csv(path, infer_schema=False)
    columns = table.schema.names
    if unknown := set(rows.columns) - set(columns):
        raise ValueError(f"{path}: columns not in the contract of {table.name}: {sorted(unknown)}")
    missing = [pl.lit(None, dtype=pl.String).alias(c) for c in columns if c not in rows.columns]
    return rows.with_columns(missing).select(columns)


def _without_removed(table: RawTable, rows: pl.DataFrame, days: tuple[str, ...]) -> pl.DataFrame:
    for path in [FOLDER / day / "shopify" / "removed.csv" for day in days]:
        gone = pl.read_csv(path, infer_schema=False).filter(pl.col("table") == table.name) if path.exists() else None
        for row in [] if gone is None else gone.iter_rows(named=True):
            rows = rows.filter((pl.col("store_id") != row["store_id"]) | (pl.col(row["column"]) != row["value"]))
    return rows


def _with_defaults(table: RawTable, rows: pl.DataFrame) -> pl.DataFrame:
    with open(FOLDER / "shopify_defaults.csv", encoding="utf-8", newline="") as file:
        defaults = [row for row in csv.DictReader(file) if row["table"] == table.name]
    for row in defaults:
        column, value = row["column"], row["value"]
        given = pl.col(value[1:]) if value.startswith(_COPIED) else pl.lit(value)
        rows = rows.with_columns(pl.coalesce(pl.col(column), given).alias(column))
    return rows


def _with_ids(table: RawTable, rows: pl.DataFrame) -> pl.DataFrame:
    kinds = {c: kind for c, kind in _FOREIGN_ID.items() if c in rows.columns}
    if table.name in _OWN_ID:
        kinds["id"] = _OWN_ID[table.name]
    rows = rows.with_columns(_gid(kind, pl.col(c)).alias(c) for c, kind in kinds.items())
    if table.name == "transactions":
        rows = rows.with_columns(_gid("OrderTransaction", pl.col("parent_id")).alias("parent_id"))
    if table.name == "tax_lines":
        of_line = pl.col("parent_type") == "order_line"
        named = pl.when(of_line).then(_gid("LineItem", pl.col("parent_id"))).otherwise("parent_id")
        rows = rows.with_columns(named.alias("parent_id"))
    if table.name == "inventory_levels":
        place, item = (pl.col(c).str.split("/").list.last() for c in ("location_id", "inventory_item_id"))
        rows = rows.with_columns(
            pl.format("gid://shopify/InventoryLevel/{}?inventory_item_id={}", place, item).alias("id"),
            pl.format("{}T00:00:00Z", "snapshot_date").alias("snapshot_at"),
        )
    return rows


def _gid(kind: str, number: pl.Expr) -> pl.Expr:
    return pl.when(number.is_not_null()).then(pl.format(f"gid://shopify/{kind}/{{}}", number))


def _typed(table: RawTable, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(_cast(name, kind) for name, kind in table.polars_schema.items())


def _cast(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if isinstance(kind, pl.Datetime):
        return column.str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us", time_zone=kind.time_zone)
    if isinstance(kind, pl.Boolean):
        return column.replace_strict({"true": True, "false": False}, return_dtype=pl.Boolean)
    if isinstance(kind, pl.Date):
        return column.str.to_date()
    return column.cast(kind)
