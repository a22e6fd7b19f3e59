"""Every GraphQL document, and every query made from one, is valid in Shopify's own schema and within bulk limits."""

from __future__ import annotations

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    Visitor,
    parse,
    validate,
    visit,
)

from ingestion.sources.shopify import documents
from ingestion.sources.shopify.nested import Nested, rest_document
from tests.support.shopify_schema import real_schema

_BULK = [name for name in documents.names() if name.startswith("bulk_") and name not in ("bulk_run", "bulk_poll")]


@pytest.fixture(scope="session")
def schema(pytestconfig: pytest.Config) -> GraphQLSchema:
    """Shopify's own schema."""
    return real_schema(pytestconfig)


@pytest.mark.parametrize("name", documents.names())
def test_a_document_is_valid(schema: GraphQLSchema, name: str) -> None:
    assert [error.message for error in validate(schema, parse(documents.text(name)))] == []


@pytest.mark.parametrize(
    ("document", "path", "typename", "within", "typenames"),
    [
        ("orders", ("orders", "nodes"), "Order", ("lineItems",), ()),
        ("orders", ("orders", "nodes"), "Order", ("shippingLines",), ()),
        ("orders", ("orders", "nodes"), "Order", ("discountApplications",), ()),
        ("orders", ("orders", "nodes"), "Order", ("customerJourneySummary", "moments"), (None,)),
        ("order_agreements", ("nodes",), "Order", ("agreements",), ()),
        ("order_returns", ("nodes",), "Order", ("returns",), ()),
        ("order_returns", ("nodes", "returns", "nodes"), "Return", ("returnLineItems",), ()),
        ("order_returns", ("nodes", "returns", "nodes"), "Return", ("exchangeLineItems",), ()),
        ("refunds", ("nodes",), "Refund", ("refundLineItems",), ()),
        ("refunds", ("nodes",), "Refund", ("refundShippingLines",), ()),
        ("refunds", ("nodes",), "Refund", ("orderAdjustments",), ()),
        ("fulfillments", ("nodes",), "Fulfillment", ("fulfillmentLineItems",), ()),
        ("products", ("products", "nodes"), "Product", ("variants",), ()),
        ("checkouts", ("abandonedCheckouts", "nodes"), "AbandonedCheckout", ("lineItems",), ()),
        ("discounts", ("discountNodes", "nodes"), "DiscountNode", ("discount", "codes"), ("DiscountCodeBxgy",)),
    ],
)
def test_the_rest_of_a_nested_connection_is_a_valid_query(
    schema: GraphQLSchema,
    document: str,
    path: tuple[str, ...],
    typename: str,
    within: tuple[str, ...],
    typenames: tuple[str | None, ...],
) -> None:
    query = rest_document(document, path, typename, Nested(within, typenames, {}))
    assert [error.message for error in validate(schema, parse(query))] == []


class _Connections(Visitor):
    """Counts connections and how deep they lie in each other."""

    def __init__(self) -> None:
        super().__init__()
        self.count = self.depth = self.deepest = 0

    def enter_field(self, node: FieldNode, *_: object) -> None:
        if _is_connection(node):
            self.count += 1
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)

    def leave_field(self, node: FieldNode, *_: object) -> None:
        self.depth -= _is_connection(node)


def _is_connection(node: FieldNode) -> bool:
    selections = node.selection_set.selections if node.selection_set else ()
    return any(isinstance(s, FieldNode) and s.name.value == "edges" for s in selections)


@pytest.mark.parametrize("name", _BULK)
def test_a_bulk_document_keeps_within_five_connections_and_two_levels(name: str) -> None:
    document: DocumentNode = documents.tree(name)
    found = _Connections()
    visit(document, found)
    assert 1 <= found.count <= 5
    assert found.deepest - 1 <= 2
