"""Rows of Shopify's tables as people write them: texts, ids as numbers, and only the columns that matter.

Shopify's own form is put around the ids here, and ``shopify_defaults.csv`` fills columns that Shopify always has but
no expected number rests on (``=column`` copies another column).
"""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl

from ingestion.contract import RawTable

_DEFAULTS = Path(__file__).parent / "shopify_defaults.csv"
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
    "payouts": "ShopifyPaymentsPayout",
    "balance_transactions": "ShopifyPaymentsBalanceTransaction",
}
_FOREIGN_ID = {
    "order_id": "Order",
    "product_id": "Product",
    "variant_id": "ProductVariant",
    "inventory_item_id": "InventoryItem",
    "location_id": "Location",
    "retail_location_id": "Location",
    "company_id": "Company",
    "company_location_id": "CompanyLocation",
    "bundle_id": "LineItemGroup",
    "selling_plan_id": "SellingPlan",
    "customer_id": "Customer",
    "order_line_id": "LineItem",
    "shipping_line_id": "ShippingLine",
    "refund_id": "Refund",
    "return_id": "Return",
    "fulfillment_id": "Fulfillment",
    "fulfillment_line_id": "FulfillmentLineItem",
    "agreement_id": "SalesAgreement",
    "payout_id": "ShopifyPaymentsPayout",
}


def with_defaults(table: RawTable, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows; what they leave out is what ``shopify_defaults.csv`` says."""
    with open(_DEFAULTS, encoding="utf-8", newline="") as file:
        defaults = [row for row in csv.DictReader(file) if row["table"] == table.name]
    for row in defaults:
        column, value = row["column"], row["value"]
        given = pl.col(value[1:]) if value.startswith(_COPIED) else pl.lit(value)
        rows = rows.with_columns(pl.coalesce(pl.col(column), given).alias(column))
    return rows


def with_ids(table: RawTable, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with Shopify's ids for numbers."""
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


def typed(table: RawTable, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows, all texts, in the contract's types."""
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
