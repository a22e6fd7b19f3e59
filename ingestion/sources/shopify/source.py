"""The Shopify source: GraphQL Admin API, one store or several.

A store without a cursor, and a full refresh, are read by bulk operations; afterwards only what changed, by cursor
pages in the closed window ``[cursor - 10 minutes, as_of)`` of update times: refunds, returns, edits and fulfilments
move their order's update time, and a changed order replaces all of its children. A backfill (``since``, ``until``)
reads the same pages for its own window and leaves the cursor alone. An order whose customer journey was not ready is
read again by its id (see :mod:`.journeys`): nothing moves its update time. Inventory is read whole in
every sync, because Shopify gives current levels only. Deleted products are told by their destroy events, which Shopify
keeps for a year, deleted orders and customers by webhook (:mod:`.webhooks`). Stores are read side by side: each has its
own limits. What Shopify Payments keeps and pays out is read by its own times (:mod:`.payments`), sessions by day
(:mod:`.sessions`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from ingestion.kit.ahead import read_ahead
from ingestion.kit.gaps import Gaps
from ingestion.source import Batch, ExtractRequest, Rows, Source
from ingestion.sources.shopify import parse_catalogue as parse
from ingestion.sources.shopify.changes import after_id, read_changes, read_orders
from ingestion.sources.shopify.client import ShopifyClient
from ingestion.sources.shopify.full_read import read_all, read_inventory
from ingestion.sources.shopify.journeys import WaitingOrders
from ingestion.sources.shopify.nested import lines
from ingestion.sources.shopify.pages import OVERLAP, Node, pages, regroup, search
from ingestion.sources.shopify.payments import PaymentsAccount
from ingestion.sources.shopify.scopes import note_old_orders
from ingestion.sources.shopify.sessions import StoreSessions
from ingestion.sources.shopify.settings import NAME, SETTINGS, missing_settings, read_settings
from ingestion.sources.shopify.tables import ORDERS, TABLES
from ingestion.sources.shopify.webhooks import deletions, told

LOCATIONS_PER_PAGE = 100
EVENTS_PER_PAGE = 250
DISCOUNTS_PER_PAGE = 20
OBJECTS_AT_ONCE = 1_000

Window = tuple[datetime, datetime]
"""Start and end (exclusive) of update times, UTC."""


def extract(request: ExtractRequest) -> Iterator[Batch]:
    """Every batch of every configured store.

    Raises:
        SourceError: a store refused a request after every retry; the message names store and setting.
    """
    cursors: dict[str, str] = request.state.setdefault("synced_until", {})
    stores = read_settings()
    windows = {store.store_id: _window(store.store_id, request, cursors) for store in stores}
    reached = {store.store_id: _reached(store.store_id, request, cursors) for store in stores}
    gaps = Gaps(request)
    clients = [ShopifyClient(store) for store in stores]
    waiting = [WaitingOrders(request.state, store.store_id, request.as_of) for store in stores]
    beside = [(PaymentsAccount(request, client, gaps), StoreSessions(request, client, gaps)) for client in clients]
    # Before anything is asked for: what was deleted is in no answer any more.
    for store in stores:
        yield from deletions(store.store_id, told(request, store))
    streams = (
        chain(
            _store(client, request, windows[client.store.store_id], reached[client.store.store_id], own, gaps),
            account.read(),
            sessions.read(),
        )
        for client, own, (account, sessions) in zip(clients, waiting, beside, strict=True)
    )
    yield from read_ahead(*streams)
    for own, (account, sessions) in zip(waiting, beside, strict=True):
        own.remember()
        account.remember()
        sessions.remember()
    yield from gaps.rows()
    cursors.update({store_id: until.isoformat() for store_id, until in reached.items() if until})


def _window(store_id: str, request: ExtractRequest, cursors: dict[str, str]) -> Window | None:
    """Update times to read; None: whatever they are."""
    if request.since:
        return request.since, request.until or request.as_of
    if request.full_refresh or store_id not in cursors:
        return None
    return datetime.fromisoformat(cursors[store_id]) - OVERLAP, request.as_of


def _reached(store_id: str, request: ExtractRequest, cursors: dict[str, str]) -> datetime | None:
    """Until when the store's updates are read once the load is committed; None: no more than backfills have read."""
    before = datetime.fromisoformat(cursors[store_id]) if store_id in cursors else None
    if request.since:
        return before
    return request.as_of if request.full_refresh or before is None else max(request.as_of, before)


def _store(
    client: ShopifyClient,
    request: ExtractRequest,
    window: Window | None,
    read_until: datetime | None,
    waiting: WaitingOrders,
    gaps: Gaps,
) -> Iterator[Batch]:
    rows = 0
    note_old_orders(client, gaps)
    for batch in _batches(client, request, window, read_until, waiting):
        if isinstance(batch, Rows):
            rows += batch.data.num_rows
            request.progress(f"{client.store.store_id}: {batch.table.name}", rows)
            if batch.table is ORDERS:
                waiting.note(batch.data)
        yield batch


def _batches(
    client: ShopifyClient,
    request: ExtractRequest,
    window: Window | None,
    read_until: datetime | None,
    waiting: WaitingOrders,
) -> Iterator[Batch]:
    store_id = client.store.store_id
    shop = client.execute("shop")["shop"]
    yield parse.shop(store_id, shop, read_until)
    for nodes in pages(client, "locations", "locations", LOCATIONS_PER_PAGE):
        yield parse.locations(store_id, lines(nodes))
    folder = request.settings.dlt_dir / NAME / "bulk"
    if window:
        yield from read_changes(client, *window)
        if not request.since:
            yield from _waiting(client, waiting)
        yield from _discounts_and_deletions(client, *window)
    else:
        yield from read_all(client, folder)
        yield from _discounts_and_deletions(client, None, None)
    yield from read_inventory(client, folder, shop["ianaTimezone"], request.as_of)


def _waiting(client: ShopifyClient, waiting: WaitingOrders) -> Iterator[Batch]:
    """The orders that are due; asked once the window's own orders were noted, because those need no second reading."""
    if due := waiting.due():
        waiting.asked(due)
        yield from read_orders(client, due)


def _discounts_and_deletions(client: ShopifyClient, start: datetime | None, end: datetime | None) -> Iterator[Batch]:
    store_id = client.store.store_id
    changed = search("updated_at", start, end)
    found = pages(client, "discounts", "discountNodes", DISCOUNTS_PER_PAGE, query=changed, resume=_after_discount)
    for nodes in regroup(found, OBJECTS_AT_ONCE):
        yield parse.discounts(store_id, lines(nodes))
    deleted = search("created_at", start, end, "subject_type:PRODUCT", "action:destroy")
    events = pages(client, "product_deletions", "events", EVENTS_PER_PAGE, query=deleted, resume=after_id)
    for nodes in regroup(events, OBJECTS_AT_ONCE):
        yield parse.product_deletions(store_id, lines(nodes))


def _after_discount(node: Node) -> str:
    discount: dict[str, Any] = node["discount"]
    return f"updated_at:>='{discount['updatedAt']}'"


SOURCE = Source(
    name=NAME,
    title="Shopify",
    tables=TABLES,
    missing_settings=missing_settings,
    extract=extract,
    warn_after=timedelta(hours=2),
    error_after=timedelta(hours=24),
    has_date_range=True,
    job="commerce",
    owner=("shop", "store_id"),
    settings=SETTINGS,
    reads="33 tables: orders with lines, discounts, taxes, payments, refunds, returns, fulfilments and the sales "
    "ledger; customers, products, stock; payouts of Shopify Payments; sessions of the online store",
    rereads="first by bulk operation; then orders, products and customers changed since the last run, less ten "
    "minutes; stock whole, as a dated snapshot; 30 days of payouts and balance transactions, 14 of sessions",
)
