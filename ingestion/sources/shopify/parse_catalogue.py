"""Lines of products, stock, customers, checkouts, discounts and the shop itself into their tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from ingestion.source import Rows
from ingestion.sources.shopify import tables as t
from ingestion.sources.shopify.fields import PARENT, TEXT, WHOLE, json_texts, members
from ingestion.sources.shopify.rows import Kinds, read_lines, rows_of

PRODUCTS: Kinds = {("Product",): members(t.PRODUCTS), ("ProductVariant",): members(t.PRODUCT_VARIANTS)}
INVENTORY: Kinds = {
    ("InventoryItem",): members(t.INVENTORY_ITEMS),
    ("ProductVariant",): {},
    ("InventoryLevel",): members(t.INVENTORY_LEVELS),
}
CUSTOMERS: Kinds = {("Customer",): members(t.CUSTOMERS)}
CHECKOUTS: Kinds = {
    ("AbandonedCheckout",): members(t.ABANDONED_CHECKOUTS),
    ("AbandonedCheckoutLineItem",): {"quantity": WHOLE},
}
LOCATIONS: Kinds = {("Location",): members(t.LOCATIONS)}
EVENTS: Kinds = {("BasicEvent",): members(t.PRODUCT_DELETIONS)}
DISCOUNTS: Kinds = {("DiscountNode",): members(t.DISCOUNTS), ("DiscountRedeemCode",): {"code": TEXT}}


@dataclass
class ProductLines:
    """Parser of ``bulk_products`` and ``products``."""

    store_id: str

    def parse(self, chunk: bytes) -> Iterator[Rows]:
        """Rows of a chunk."""
        products, variants = read_lines("products", chunk, self.store_id, PRODUCTS)
        yield rows_of(t.PRODUCTS, products)
        yield rows_of(t.PRODUCT_VARIANTS, variants)
        yield rows_of(t.PRODUCT_VARIANT_PRICES, variants)


@dataclass
class InventoryLines:
    """Parser of ``bulk_inventory``.

    Args:
        store_id: put in every row.
        read_at: instant of the sync.
        zone: IANA time zone of the store.
    """

    store_id: str
    read_at: datetime
    zone: str

    def parse(self, lines_of_file: Iterator[bytes]) -> Iterator[Rows]:
        """Rows of a whole file: an item needs the variant that may follow it anywhere."""
        chunks = [read_lines("inventory", chunk, self.store_id, INVENTORY) for chunk in lines_of_file]
        if not chunks:
            return
        items, variants, levels = (pl.concat(frames) for frames in zip(*chunks, strict=True))
        sold_as = variants.group_by(PARENT).agg(variant_id=pl.col("id").first())
        yield rows_of(t.INVENTORY_ITEMS, items.join(sold_as, left_on="id", right_on=PARENT, how="left"))
        yield rows_of(t.INVENTORY_LEVELS, t.LEVELS.stamped(levels, self.read_at, self.zone))


@dataclass
class CustomerLines:
    """Parser of ``bulk_customers`` and ``customers``."""

    store_id: str

    def parse(self, chunk: bytes) -> Iterator[Rows]:
        """Rows of a chunk."""
        (customers,) = read_lines("customers", chunk, self.store_id, CUSTOMERS)
        yield rows_of(t.CUSTOMERS, customers)


@dataclass
class CheckoutLines:
    """Parser of ``bulk_checkouts`` and ``checkouts``."""

    store_id: str

    def parse(self, lines_of_file: Iterator[bytes]) -> Iterator[Rows]:
        """Rows of a whole file: a checkout's counts need all of its lines."""
        chunks = [read_lines("checkouts", chunk, self.store_id, CHECKOUTS) for chunk in lines_of_file]
        if chunks:
            checkouts, lines = (pl.concat(frames) for frames in zip(*chunks, strict=True))
            yield rows_of(t.ABANDONED_CHECKOUTS, _counted(checkouts, lines))


def shop(store_id: str, answer: dict[str, object], read_until: datetime | None) -> Rows:
    """The row of ``shop``; ``read_until`` is where the store's cursor stands after the load."""
    sent = pl.DataFrame([answer], schema=dict(members(t.SHOP)))
    until = pl.lit(read_until, t.SHOP.polars_schema["read_until"])
    return rows_of(t.SHOP, sent.with_columns(store_id=pl.lit(store_id), read_until=until))


def locations(store_id: str, chunk: bytes) -> Rows:
    """Rows of ``locations``."""
    (found,) = read_lines("locations", chunk, store_id, LOCATIONS)
    return rows_of(t.LOCATIONS, found)


def product_deletions(store_id: str, chunk: bytes) -> Rows:
    """Rows of ``product_deletions``."""
    (events,) = read_lines("product_deletions", chunk, store_id, EVENTS)
    return rows_of(t.PRODUCT_DELETIONS, events)


def discounts(store_id: str, chunk: bytes) -> Rows:
    """Rows of ``discounts``."""
    nodes, redeemed = read_lines("discounts", chunk, store_id, DISCOUNTS)
    codes = redeemed.group_by(PARENT, maintain_order=True).agg(codes=pl.col("code"))
    nodes = nodes.join(codes, left_on="id", right_on=PARENT, how="left", maintain_order="left")
    return rows_of(t.DISCOUNTS, nodes.with_columns(codes=json_texts(pl.col("codes").fill_null([]))))


def _counted(checkouts: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    counts = lines.group_by(PARENT).agg(line_count=pl.len(), total_quantity=pl.col("quantity").sum())
    counted = checkouts.join(counts, left_on="id", right_on=PARENT, how="left")
    return counted.with_columns(pl.col("line_count", "total_quantity").fill_null(0))
