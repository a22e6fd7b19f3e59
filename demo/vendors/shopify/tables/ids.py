"""Numbers behind Shopify's ids: disjoint ranges, the same for the same thing at every ``as_of``."""

from __future__ import annotations

import numpy as np
import polars as pl

from demo.world.scenario import Flags, Ints, Scenario
from demo.world.situations import SHOP_CURRENCY_DAYS
from demo.world.stores import FIRST_CURRENCY, STORES
from demo.world.values import gids, pick

STORE_STEP = 100_000
PRODUCT, VARIANT, ITEM, LEVEL = 7_100_000_000_000, 41_000_000_000_000, 43_000_000_000_000, 97_000_000_000
LOCATION, CUSTOMER, ORDER, LINE = 65_000_000_000, 6_200_000_000_000, 5_400_000_000_000, 13_800_000_000_000
CHILD = 4_300_000_000_000


def store_ids(store: Ints) -> pl.Series:
    """Names of stores by index."""
    return pick([s.store_id for s in STORES], store)


def store_currencies(scenario: Scenario, store: Ints, ts: Ints) -> pl.Series:
    """The currency that each store is kept in at an instant."""
    index, second = np.arange(len(STORES)), np.zeros(len(STORES), dtype=np.int64)
    changed = scenario.utc(index, np.full(len(STORES), SHOP_CURRENCY_DAYS), second)
    names = [*(s.currency for s in STORES), *FIRST_CURRENCY]
    return pick(names, np.where(ts < changed[store], store + len(STORES), store))


def of_store(base: int, store: Ints, number: Ints) -> Ints:
    """A number in the range of its kind and store."""
    return base + store * STORE_STEP + number


def product_ids(store: Ints, product: Ints, missing: Flags | None = None) -> pl.Series:
    """Product gids."""
    return gids("Product", of_store(PRODUCT, store, product), missing)


def variant_ids(store: Ints, sku: Ints, missing: Flags | None = None) -> pl.Series:
    """Variant gids."""
    return gids("ProductVariant", of_store(VARIANT, store, sku), missing)


def item_ids(store: Ints, sku: Ints) -> pl.Series:
    """Inventory item gids."""
    return gids("InventoryItem", of_store(ITEM, store, sku))


def location_ids(location: Ints, missing: Flags | None = None) -> pl.Series:
    """Location gids."""
    return gids("Location", LOCATION + location, missing)


def customer_ids(customer: Ints) -> pl.Series:
    """Customer gids; null for guests (negative indexes)."""
    return gids("Customer", CUSTOMER + np.maximum(customer, 0), customer < 0)


def order_ids(order: Ints) -> pl.Series:
    """Order gids."""
    return gids("Order", ORDER + order)


def line_ids(line: Ints) -> pl.Series:
    """Order line gids."""
    return gids("LineItem", LINE + line)


def child_ids(kind: str, number: Ints, missing: Flags | None = None) -> pl.Series:
    """Gids of an order's other children."""
    return gids(kind, CHILD + np.maximum(number, 0), missing)
