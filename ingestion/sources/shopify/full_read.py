"""Everything of a store, by bulk operations."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from ingestion.source import Batch, Rows, ScopesRead
from ingestion.sources.shopify import tables as t
from ingestion.sources.shopify.bulk import BulkOperation, BulkOperations
from ingestion.sources.shopify.children import ORDER_CHILDREN, PRODUCT_CHILDREN, read_refunds, with_slices
from ingestion.sources.shopify.client import ShopifyClient
from ingestion.sources.shopify.parse_catalogue import CheckoutLines, CustomerLines, InventoryLines, ProductLines
from ingestion.sources.shopify.parse_children import AgreementLines, FulfillmentLines, RefundLines, ReturnLines
from ingestion.sources.shopify.parse_orders import OrderLines

REPLACED = tuple(table for table in t.TABLES if table.replaced_by_full_refresh)
_ORDERS = "bulk_orders"
_CHILDREN = ("bulk_agreements", "bulk_refunds", "bulk_returns", "bulk_fulfillments")
_OTHERS = ("bulk_products", "bulk_customers", "bulk_checkouts")


def read_all(client: ShopifyClient, folder: Path) -> Iterator[Batch]:
    """Every row of a store that a bulk operation gives, and that the store was read whole.

    Args:
        client: of the store.
        folder: for result files.

    Raises:
        SourceError: an operation failed, or its result is not whole.
    """
    operations = BulkOperations(client, (*_OTHERS, _ORDERS, *_CHILDREN), folder)
    store_id = client.store.store_id
    for table in REPLACED:
        yield ScopesRead(table, pa.table({"store_id": [store_id]}))
    for chunk in operations.chunks("bulk_products"):
        yield from with_slices(ProductLines(store_id).parse(chunk), t.PRODUCTS, "product_id", PRODUCT_CHILDREN)
    customers = CustomerLines(store_id)
    for chunk in operations.chunks("bulk_customers"):
        yield from customers.parse(chunk)
    yield from CheckoutLines(store_id).parse(operations.chunks("bulk_checkouts"))
    refunds = yield from _orders(client, operations.chunks(_ORDERS))
    parser = RefundLines(store_id)
    parsers: dict[str, Callable[[bytes], Iterator[Rows]]] = {
        "bulk_agreements": AgreementLines(store_id).parse,
        "bulk_refunds": parser.parse,
        "bulk_returns": ReturnLines(store_id).parse,
        "bulk_fulfillments": FulfillmentLines(store_id).parse,
    }
    for name in _CHILDREN:
        for chunk in operations.chunks(name):
            yield from parsers[name](chunk)
    read = parser.read
    # A refund that no agreement names is asked for by its id, which the store's cost limit makes slow.
    yield from read_refunds(client, [refund for refund in refunds if refund not in read])


def read_inventory(client: ShopifyClient, folder: Path, zone: str, as_of: datetime) -> Iterator[Batch]:
    """All inventory items, and their levels as a snapshot dated in the store's time zone.

    Args:
        client: of the store.
        folder: for the result file.
        zone: IANA time zone of the store.
        as_of: the instant of the sync.
    """
    snapshot = InventoryLines(client.store.store_id, as_of, zone)
    yield from snapshot.parse(BulkOperation(client, "bulk_inventory", folder).chunks())


def _orders(client: ShopifyClient, chunks: Iterator[bytes]) -> Generator[Batch, None, list[str]]:
    """Orders and what hangs on them; returns the ids of their refunds."""
    parser = OrderLines(client.store.store_id)
    refunds: list[str] = []
    for chunk in chunks:
        found, batches = parser.parse(chunk)
        refunds += found
        yield from with_slices(batches, t.ORDERS, "order_id", ORDER_CHILDREN)
    return refunds
