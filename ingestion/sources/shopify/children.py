"""What hangs on orders and on products: read with them, and replaced with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ingestion.contract import RawTable
from ingestion.source import Batch, Rows, SlicesRead
from ingestion.sources.shopify import tables as t
from ingestion.sources.shopify.client import ShopifyClient
from ingestion.sources.shopify.nested import lines
from ingestion.sources.shopify.pages import by_ids, regroup
from ingestion.sources.shopify.parse_children import RefundLines

ORDER_CHILDREN = tuple(table for table in t.TABLES if table.merge_key == ("store_id", "order_id"))
PRODUCT_CHILDREN = (t.PRODUCT_VARIANTS,)
REFUNDS_PER_REQUEST = 40
REFUNDS_AT_ONCE = 5_000


def read_refunds(client: ShopifyClient, ids: Sequence[str]) -> Iterator[Rows]:
    """What lies in refunds, by the refunds' ids."""
    parser = RefundLines(client.store.store_id)
    for nodes in regroup(by_ids(client, "refunds", ids, REFUNDS_PER_REQUEST), REFUNDS_AT_ONCE):
        yield from parser.parse(lines(nodes))


def with_slices(
    batches: Iterable[Rows], parents: RawTable, key: str, children: tuple[RawTable, ...]
) -> Iterator[Batch]:
    """The batches; before a batch of parents, its rows as slices of their children's tables.

    Args:
        batches: of one read of parents and children.
        parents: the parents' table.
        key: the children's column that names the parent.
        children: tables of which everything under those parents is read.
    """
    for rows in batches:
        if rows.table is parents:
            read = rows.data.select(["store_id", "id"]).rename_columns(["store_id", key])
            for child in children:
                yield SlicesRead(child, read)
        yield rows
