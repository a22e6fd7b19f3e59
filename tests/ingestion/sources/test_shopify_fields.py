"""Every GraphQL document asks for what the tables' columns lie in: no path less, none more, each of its type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
import pytest
from graphql import (
    FieldNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
    GraphQLUnionType,
    InlineFragmentNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    Visitor,
    get_named_type,
    get_nullable_type,
    is_list_type,
    visit,
)
from graphql.execution.collect_fields import collect_fields

from demo.vendors.shopify.schema import schema
from ingestion.kit.fields import EACH
from ingestion.sources.shopify import documents, parse_catalogue, parse_children, parse_orders, parse_payments
from ingestion.sources.shopify.fields import FLAG, FLOAT, PARENT, TEXT, TYPE, WHOLE, Schema, Sent, members
from ingestion.sources.shopify.rows import Kinds
from ingestion.sources.shopify.tables import INVENTORY_LEVELS, PRODUCT_VARIANT_PRICES, PRODUCT_VARIANTS, SHOP

Types = Mapping[str, pl.DataType]
"""Types of values by path."""

_SALES_ALONE: Kinds = {k: own if "ProductSale" in k else {} for k, own in parse_children.AGREEMENTS.items()}
READ: Mapping[str, Kinds] = {
    "agreement_sales": _SALES_ALONE,
    "balance_transactions": parse_payments.BALANCE_TRANSACTIONS,
    "bulk_agreements": parse_children.AGREEMENTS,
    "bulk_checkouts": parse_catalogue.CHECKOUTS,
    "bulk_customers": parse_catalogue.CUSTOMERS,
    "bulk_fulfillments": parse_children.FULFILLMENTS,
    "bulk_inventory": parse_catalogue.INVENTORY,
    "bulk_orders": parse_orders.ORDERS,
    "bulk_products": parse_catalogue.PRODUCTS,
    "bulk_refunds": parse_children.REFUNDS,
    "bulk_returns": parse_children.RETURNS,
    "checkouts": parse_catalogue.CHECKOUTS,
    "customers": parse_catalogue.CUSTOMERS,
    "discounts": parse_catalogue.DISCOUNTS,
    "fulfillments": parse_children.FULFILLMENTS,
    "locations": parse_catalogue.LOCATIONS,
    "order_agreements": parse_children.AGREEMENTS,
    "order_returns": parse_children.RETURNS,
    "orders": parse_orders.ORDERS,
    "orders_by_id": parse_orders.ORDERS,
    "payouts": parse_payments.PAYOUTS,
    "product_deletions": parse_catalogue.EVENTS,
    "products": parse_catalogue.PRODUCTS,
    "refunds": parse_children.REFUNDS,
    "shop": {("Shop",): members(SHOP)},
}
"""The kinds of objects that each document's parser reads."""

_FOLLOWED = {"Order.fulfillments[].id", "Return.id"}
BESIDE: Mapping[str, set[str]] = {"orders": _FOLLOWED, "orders_by_id": _FOLLOWED}
"""What is asked for and becomes no column: ids by which what lies deeper is read."""

_ALWAYS_READ = {TYPE, "id"}
_SCALARS = {"Int": WHOLE, "Float": FLOAT, "Boolean": FLAG}


def test_every_document_that_brings_rows_is_held() -> None:
    assert set(documents.names()) - set(READ) == {"bulk_poll", "bulk_run", "payments_account", "store_sessions"}


@pytest.mark.parametrize("name", READ)
def test_a_document_asks_for_what_becomes_a_column_and_for_nothing_else(name: str) -> None:
    asked = Asked(name).by_type
    kinds = [kind for kind in READ[name] if set(kind) & set(asked)]
    read = {kind: _paths(READ[name][kind]) for kind in kinds}
    missing = {f"{kind[0]}.{path}" for kind in kinds for path in read[kind].keys() - _of(kind, asked).keys() - {PARENT}}
    assert missing == set()
    used = {f"{type_name}.{path}" for kind in kinds for type_name in kind for path in {*read[kind], *_ALWAYS_READ}}
    unused = {f"{type_name}.{path}" for type_name, paths in asked.items() for path in paths} - used
    assert unused == BESIDE.get(name, set())


@pytest.mark.parametrize("name", READ)
def test_a_value_is_read_in_the_type_that_it_is_sent_in(name: str) -> None:
    asked = Asked(name).by_type
    for kind, own in READ[name].items():
        sent = _of(kind, asked)
        assert {p: dtype for p, dtype in _paths(own).items() if p in sent}.items() <= sent.items()


def test_every_kind_of_object_is_asked_for() -> None:
    asked = {name: Asked(name).by_type for name in READ}
    for kinds in READ.values():
        found = {type_name for name, read in READ.items() if read is kinds for type_name in asked[name]}
        assert [kind for kind in kinds if not set(kind) & found] == []


@pytest.mark.parametrize("name", sorted(READ.keys() - {"shop"}))
def test_every_line_says_its_type(name: str) -> None:
    read = {type_name for kind in READ[name] for type_name in kind}
    assert [kind for kind, paths in Asked(name).by_type.items() if kind in read and TYPE not in paths] == []


def test_prices_are_read_of_variants() -> None:
    assert _paths(members(PRODUCT_VARIANT_PRICES)).items() <= _paths(members(PRODUCT_VARIANTS)).items()


def test_the_quantities_asked_for_are_the_columns_of_levels() -> None:
    asked: list[str] = []

    class Quantities(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            if node.name.value == "quantities":
                (names,) = (argument.value for argument in node.arguments)
                assert isinstance(names, ListValueNode)
                asked.extend(value.value for value in names.values if isinstance(value, StringValueNode))

    visit(documents.tree("bulk_inventory"), Quantities())
    columns = [c.name for c in INVENTORY_LEVELS.columns if isinstance(c, Sent) and c.path == ("quantities[]",)]
    assert asked == columns


class Asked:
    """What a document asks for of every object that becomes a line, by object type.

    Args:
        name: of the document.
    """

    def __init__(self, name: str) -> None:
        self.by_type: dict[str, dict[str, pl.DataType]] = {}
        (operation,) = (d for d in documents.tree(name).definitions if isinstance(d, OperationDefinitionNode))
        root = schema().query_type
        assert root is not None
        for field, output in _fields(root, operation.selection_set):
            for node, of_node in _nodes(field, output) if _is_connection(output) else [(field, output)]:
                self._line(node, of_node)

    def _line(self, node: FieldNode, output: GraphQLOutputType) -> None:
        assert node.selection_set is not None
        for object_type in _types(output, node.selection_set):
            self._members(object_type, node.selection_set, "", self.by_type.setdefault(object_type.name, {}))

    def _members(
        self, object_type: GraphQLObjectType, selections: SelectionSetNode, above: str, asked: dict[str, pl.DataType]
    ) -> None:
        for field, output in _fields(object_type, selections):
            path = above + field.name.value + (EACH if is_list_type(get_nullable_type(output)) else "")
            if field.selection_set is None:
                asked[path] = _SCALARS.get(get_named_type(output).name, TEXT)
            elif _is_connection(output):
                for node, of_node in _nodes(field, output):
                    self._line(node, of_node)
            else:
                for inner in _types(output, field.selection_set):
                    self._members(inner, field.selection_set, f"{path}.", asked)


def _fields(object_type: GraphQLObjectType, selections: SelectionSetNode) -> list[tuple[FieldNode, Any]]:
    """The fields selected of an object type, with their types."""
    selected = collect_fields(schema(), {}, {}, object_type, selections)
    return [
        (field, object_type.fields[field.name.value].type if field.name.value != TYPE else GraphQLString)
        for same in selected.values()
        for field in same
    ]


def _nodes(field: FieldNode, connection: GraphQLOutputType) -> Iterator[tuple[FieldNode, Any]]:
    """The selections of a connection's objects, with the objects' type."""
    of_connection = get_named_type(connection)
    assert isinstance(of_connection, GraphQLObjectType)
    assert field.selection_set is not None
    for inner, output in _fields(of_connection, field.selection_set):
        if inner.name.value == "edges":
            yield from _nodes(inner, output)
        elif inner.name.value in ("nodes", "node"):
            yield inner, output


def _is_connection(output: GraphQLOutputType) -> bool:
    return get_named_type(output).name.endswith("Connection")


def _types(output: GraphQLOutputType, selections: SelectionSetNode) -> list[GraphQLObjectType]:
    """The object types that a selection is about; of a Node those that it names."""
    named = get_named_type(output)
    if isinstance(named, GraphQLObjectType):
        return [named]
    assert isinstance(named, GraphQLInterfaceType | GraphQLUnionType)
    if named.name != "Node":
        return list(schema().get_possible_types(named))
    conditions = (s.type_condition.name.value for s in selections.selections if isinstance(s, InlineFragmentNode))
    return [found for name in conditions if isinstance(found := schema().type_map[name], GraphQLObjectType)]


def _of(kind: tuple[str, ...], asked: Mapping[str, Types]) -> Types:
    """What is asked for of any object type of a kind."""
    return {path: sent for type_name in kind for path, sent in asked.get(type_name, {}).items()}


def _paths(schema: Schema) -> Types:
    """Paths of the values in objects of those members."""
    return dict(_leaves("", pl.Struct(schema)))


def _leaves(path: str, dtype: Any) -> Iterator[tuple[str, pl.DataType]]:
    if isinstance(dtype, pl.Struct):
        for member in dtype.fields:
            yield from _leaves(f"{path}.{member.name}".removeprefix("."), member.dtype)
    elif isinstance(dtype, pl.List):
        yield from _leaves(path + EACH, dtype.inner)
    else:
        yield path, dtype
