"""What Shopify tells by webhook alone: orders and customers that were deleted.

No query tells of them. Other topics tell of what the next sync reads anyway: their deliveries are taken away unused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from ingestion.contract import RawTable
from ingestion.kit.webhooks import Delivery, Signed, new_deliveries
from ingestion.source import ExtractRequest, SlicesRead
from ingestion.sources.shopify import tables as t
from ingestion.sources.shopify.children import ORDER_CHILDREN
from ingestion.sources.shopify.settings import NAME, Store


@dataclass(frozen=True)
class Deletion:
    """What a topic says is gone.

    Attributes:
        table: of the object.
        kind: of the object, as in its gid; the body has its number.
        children: tables that go with it.
        parent: the children's column that names it.
    """

    table: RawTable
    kind: str
    children: tuple[RawTable, ...] = ()
    parent: str = ""


DELETIONS = {
    "orders/delete": Deletion(t.ORDERS, "Order", ORDER_CHILDREN, "order_id"),
    "customers/delete": Deletion(t.CUSTOMERS, "Customer"),
}
SIGNED = Signed(
    signature="X-Shopify-Hmac-SHA256",
    topic="X-Shopify-Topic",
    delivery="X-Shopify-Webhook-Id",
    members=dict.fromkeys(DELETIONS, "id"),
)


def told(request: ExtractRequest, store: Store) -> list[Delivery]:
    """The store's new deliveries."""
    return new_deliveries(request, NAME, folder(request, store), SIGNED, store.client_secret, store.secret_setting)


def folder(request: ExtractRequest, store: Store) -> Path:
    """Where the store's deliveries are put."""
    return request.settings.webhooks / NAME / store.store_id


def deletions(store_id: str, deliveries: Iterable[Delivery]) -> Iterator[SlicesRead]:
    """What is gone, as slices that came back empty.

    Args:
        store_id: of the store that sent the deliveries.
        deliveries: of any topic.
    """
    numbers: dict[str, list[str]] = {topic: [] for topic in DELETIONS}
    for delivery in deliveries:
        if delivery.topic in numbers:
            numbers[delivery.topic].append(str(delivery.payload["id"]))
    for topic, deletion in DELETIONS.items():
        if not numbers[topic]:
            continue
        ids = [f"gid://shopify/{deletion.kind}/{number}" for number in numbers[topic]]
        gone = pa.table({"store_id": [store_id] * len(ids), "id": ids})
        yield SlicesRead(deletion.table, gone)
        for child in deletion.children:
            yield SlicesRead(child, gone.rename_columns(["store_id", deletion.parent]))
