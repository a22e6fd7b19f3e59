"""What changed in a store within a closed window of update times, by cursor pages; and orders by their ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from ingestion.source import Batch
from ingestion.sources.shopify import tables as t
from ingestion.sources.shopify.children import ORDER_CHILDREN, PRODUCT_CHILDREN, read_refunds, with_slices
from ingestion.sources.shopify.client import ShopifyClient
from ingestion.sources.shopify.nested import lines
from ingestion.sources.shopify.pages import Node, by_ids, pages, regroup, search
from ingestion.sources.shopify.parse_catalogue import CheckoutLines, CustomerLines, ProductLines
from ingestion.sources.shopify.parse_children import AgreementLines, FulfillmentLines, ReturnLines
from ingestion.sources.shopify.parse_orders import OrderLines

OBJECTS_AT_ONCE = 500
# First guesses below Shopify's 1,000 points a query; a store that finds them too costly gets smaller pages.
ORDERS_PER_PAGE = 100
PRODUCTS_PER_PAGE = 40
CUSTOMERS_PER_PAGE = 250
CHECKOUTS_PER_PAGE = 60
ORDERS_PER_AGREEMENTS_REQUEST = 36
ORDERS_PER_RETURNS_REQUEST = 20
FULFILLMENTS_PER_REQUEST = 60


def read_changes(client: ShopifyClient, start: datetime, end: datetime) -> Iterator[Batch]:
    """Products, customers, checkouts and orders updated in ``[start, end)``, each with all of its children.

    Args:
        client: of the store.
        start: UTC.
        end: UTC, exclusive.

    Raises:
        SourceError: a page could not be read.
    """
    store_id = client.store.store_id
    window = search("updated_at", start, end)
    products = ProductLines(store_id)
    for nodes in regroup(
        pages(client, "products", "products", PRODUCTS_PER_PAGE, query=window, resume=_after_update), OBJECTS_AT_ONCE
    ):
        yield from with_slices(products.parse(lines(nodes)), t.PRODUCTS, "product_id", PRODUCT_CHILDREN)
    customers = CustomerLines(store_id)
    for nodes in regroup(
        pages(client, "customers", "customers", CUSTOMERS_PER_PAGE, query=window, resume=_after_update), OBJECTS_AT_ONCE
    ):
        yield from customers.parse(lines(nodes))
    checkouts = CheckoutLines(store_id)
    for nodes in regroup(
        pages(client, "checkouts", "abandonedCheckouts", CHECKOUTS_PER_PAGE, query=window, resume=after_id),
        OBJECTS_AT_ONCE,
    ):
        yield from checkouts.parse(iter([lines(nodes)]))
    yield from _orders(client, pages(client, "orders", "orders", ORDERS_PER_PAGE, query=window, resume=_after_update))


def read_orders(client: ShopifyClient, ids: list[str]) -> Iterator[Batch]:
    """Orders by id, each with all of its children; one that was deleted is left out.

    Args:
        client: of the store.
        ids: gids.

    Raises:
        SourceError: the store refused.
    """
    yield from _orders(client, by_ids(client, "orders_by_id", ids, ORDERS_PER_PAGE))


def _orders(client: ShopifyClient, found: Iterable[list[Node]]) -> Iterator[Batch]:
    store_id = client.store.store_id
    parser = OrderLines(store_id)
    agreements, returns, fulfillments = AgreementLines(store_id), ReturnLines(store_id), FulfillmentLines(store_id)
    for nodes in regroup(found, OBJECTS_AT_ONCE):
        returned = [order["id"] for order in nodes if order.pop("returns")["nodes"]]
        shipped = [fulfillment["id"] for order in nodes for fulfillment in order.pop("fulfillments")]
        refunds, batches = parser.parse(lines(nodes))
        yield from with_slices(batches, t.ORDERS, "order_id", ORDER_CHILDREN)
        orders = [order["id"] for order in nodes]
        yield from agreements.parse(_lines_of(client, "order_agreements", orders, ORDERS_PER_AGREEMENTS_REQUEST))
        if returned:
            yield from returns.parse(_lines_of(client, "order_returns", returned, ORDERS_PER_RETURNS_REQUEST))
        if shipped:
            yield from fulfillments.parse(_lines_of(client, "fulfillments", shipped, FULFILLMENTS_PER_REQUEST))
        yield from read_refunds(client, refunds)


def _lines_of(client: ShopifyClient, document: str, ids: list[str], count: int) -> bytes:
    return b"\n".join(lines(nodes) for nodes in by_ids(client, document, ids, count) if nodes)


def after_id(node: Node) -> str:
    """The search for what follows an object in the order of ids."""
    return f"id:>{node['id'].rsplit('/', 1)[-1]}"


def _after_update(node: Node) -> str:
    # Not ">": others of the same second may follow; those that were read are left out by their id.
    return f"updated_at:>='{node['updatedAt']}'"
