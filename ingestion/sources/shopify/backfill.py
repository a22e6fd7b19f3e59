"""Everything of a store, by bulk operations."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ingestion.contract import RawTable
from ingestion.source import Batch, scopes, slices
from ingestion.sources.shopify import tables as t
from ingestion.sources.shopify.bulk import BulkOperation, BulkOperations
from ingestion.sources.shopify.client import ShopifyClient
from ingestion.sources.shopify.nested import lines
from ingestion.sources.shopify.pages import Node, by_ids
from ingestion.sources.shopify.parse_catalogue import CheckoutLines, CustomerLines, InventoryLines, ProductLines
from ingestion.sources.shopify.parse_children import AgreementLines, FulfillmentLines, RefundLines, ReturnLines
from ingestion.sources.shopify.parse_orders import OrderLines

ORDER_CHILDREN = tuple(table for table in t.TABLES if table.merge_key == ("store_id", "order_id"))
PRODUCT_CHILDREN = (t.PRODUCT_VARIANTS,)
REPLACED = tuple(table for table in t.TABLES if table.replaced_by_full_refresh)
REFUNDS_AT_ONCE = 40
_ROWS_AT_ONCE = 5_000
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
        yield scopes(table, (store_id,))
    for chunk in operations.chunks("bulk_products"):
        yield from with_slices(ProductLines(store_id).parse(chunk), t.PRODUCTS, "product_id", PRODUCT_CHILDREN)
    customers = CustomerLines(store_id)
    for chunk in operations.chunks("bulk_customers"):
        yield from customers.parse(chunk)
    yield from CheckoutLines(store_id).parse(operations.chunks("bulk_checkouts"))
    refunds = yield from _orders(client, operations.chunks(_ORDERS))
    parser = RefundLines(store_id)
    parsers: dict[str, Callable[[bytes], Iterator[Batch]]] = {
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
    snapshot = InventoryLines(client.store.store_id, as_of.astimezone(ZoneInfo(zone)).date(), as_of)
    yield from snapshot.parse(BulkOperation(client, "bulk_inventory", folder).chunks())


def read_refunds(client: ShopifyClient, ids: Sequence[str]) -> Iterator[Batch]:
    """What lies in refunds, by the refunds' ids."""
    parser = RefundLines(client.store.store_id)
    for nodes in regroup(by_ids(client, "refunds", ids, REFUNDS_AT_ONCE), _ROWS_AT_ONCE):
        yield from parser.parse(lines(nodes))


def with_slices(
    batches: Iterable[Batch], parents: RawTable, key: str, children: tuple[RawTable, ...]
) -> Iterator[Batch]:
    """The batches; before a batch of parents, its rows as slices of their children's tables.

    Args:
        batches: of one read of parents and children.
        parents: the parents' table.
        key: the children's column that names the parent.
        children: tables of which everything under those parents is read.
    """
    for table, batch in batches:
        if table is parents:
            read = batch.select(["store_id", "id"]).rename_columns(["store_id", key])
            for child in children:
                yield slices(child, read)
        yield table, batch


def regroup(pages: Iterable[list[Node]], count: int) -> Iterator[list[Node]]:
    """Objects of several pages together, ``count`` or a little more at a time; never none."""
    group: list[Node] = []
    for page in pages:
        group += page
        if len(group) >= count:
            yield group
            group = []
    if group:
        yield group


def _orders(client: ShopifyClient, chunks: Iterator[bytes]) -> Generator[Batch, None, list[str]]:
    """Orders and what hangs on them; returns the ids of their refunds."""
    parser = OrderLines(client.store.store_id)
    refunds: list[str] = []
    for chunk in chunks:
        found, batches = parser.parse(chunk)
        refunds += found
        yield from with_slices(batches, t.ORDERS, "order_id", ORDER_CHILDREN)
    return refunds
