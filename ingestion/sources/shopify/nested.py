"""What a page left out of nested connections, and a page's objects in the shape of a bulk file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    print_ast,
)

from ingestion.source import SourceError
from ingestion.sources.shopify import documents
from ingestion.sources.shopify.client import QueryTooCostlyError, ShopifyClient
from ingestion.sources.shopify.settings import NAME

Node = dict[str, Any]
Path = tuple[str, ...]
OBJECTS_PER_PAGE = 100
"""Objects asked of a nested connection at once after its first page."""


def complete(client: ShopifyClient, document: str, path: Path, node: Node) -> Node:
    """Reads the rest of every nested connection of an object, in place.

    Args:
        client: of the store.
        document: name of the document that the object came with.
        path: fields from the document's root to the object.
        node: the object, with ``__typename`` and ``id``.

    Returns:
        The same object; its connections hold all of their objects.

    Raises:
        SourceError: the store refused, or a connection cannot be continued.
    """
    for nested in list(_connections(node)):
        if nested.connection["pageInfo"]["hasNextPage"]:
            query = rest_document(document, path, node["__typename"], nested)
            _read_rest(
                client, f"{document}.{nested.within[-1]}", query, {"id": node["id"]}, ("node", *nested.within), nested
            )
        for child in nested.connection["nodes"]:
            if nested.within[-1] == "agreements":
                _complete_agreement(client, node["id"], child)
            elif child.get("id"):
                complete(client, document, (*path, *nested.within, "nodes"), child)
    return node


def lines(nodes: list[Node]) -> bytes:
    """Objects as a bulk operation writes them: a line each, children after their parent with ``__parentId``."""
    return b"\n".join(orjson.dumps(line) for node in nodes for line in _flat(node))


@dataclass(frozen=True)
class Nested:
    """A connection inside an object.

    Attributes:
        within: fields from the object to the connection.
        typenames: type of each object in between, where the answer says it.
        connection: ``nodes`` and ``pageInfo``.
    """

    within: Path
    typenames: tuple[str | None, ...]
    connection: dict[str, Any]


def rest_document(document: str, path: Path, typename: str, nested: Nested) -> str:
    """The query for more of a nested connection: the original's selection, reached from its parent's id.

    Args:
        document: name of the original.
        path: fields from the original's root to the parent.
        typename: of the parent.
        nested: the connection.
    """
    field = _field(documents.tree(document), (*path, *nested.within))
    others = "".join(f", {print_ast(argument)}" for argument in field.arguments if argument.name.value != "first")
    assert field.selection_set is not None
    inner = f"{nested.within[-1]}(first: $first, after: $after{others}) {print_ast(field.selection_set)}"
    for name, condition in reversed(list(zip(nested.within[:-1], nested.typenames, strict=True))):
        inner = f"{name} {{ ... on {condition} {{ {inner} }} }}" if condition else f"{name} {{ {inner} }}"
    return (
        f"query Rest($id: ID!, $first: Int!, $after: String) {{ node(id: $id) {{ ... on {typename} {{ {inner} }} }} }}"
    )


def _complete_agreement(client: ShopifyClient, order_id: str, agreement: Node) -> None:
    """An agreement is no Node: its sales are continued through its order."""
    sales = agreement["sales"]
    if sales["pageInfo"]["hasNextPage"]:
        variables = {"id": order_id, "agreement": f"id:{agreement['id'].rsplit('/', 1)[-1]}"}
        steps = ("order", "agreements", "nodes", 0, "sales")
        _read_rest(client, "agreement_sales", None, variables, steps, Nested(("sales",), (), sales))


def _read_rest(
    client: ShopifyClient,
    name: str,
    text: str | None,
    variables: dict[str, Any],
    steps: tuple[str | int, ...],
    nested: Nested,
) -> None:
    connection = nested.connection
    first = OBJECTS_PER_PAGE
    while connection["pageInfo"]["hasNextPage"]:
        paged = variables | {"first": first, "after": connection["pageInfo"]["endCursor"]}
        try:
            more: Any = client.execute(name, paged, text=text)
        except QueryTooCostlyError:
            if first == 1:
                raise SourceError(NAME, f"store {client.store.store_id}, {name}: one object is too costly") from None
            first //= 2
            continue
        for step in steps:
            more = more[step]
        connection["nodes"] = _joined(connection["nodes"], more["nodes"])
        connection["pageInfo"] = more["pageInfo"]


def _joined(nodes: list[Node], more: list[Node]) -> list[Node]:
    """A page may repeat objects of the page before it: what is named by an id, a code or an index is kept once."""
    seen = {_name(node) for node in nodes}
    return nodes + [node for node in more if _name(node) is None or _name(node) not in seen]


def _name(node: Node) -> object:
    return node.get("id") or node.get("code") or node.get("index")


def _connections(node: Node) -> Iterator[Nested]:
    for key, value in node.items():
        if not isinstance(value, dict):
            continue
        if "pageInfo" in value:
            yield Nested((key,), (), value)
        elif "id" not in value:
            for inner in _connections(value):
                yield Nested((key, *inner.within), (value.get("__typename"), *inner.typenames), inner.connection)


def _flat(node: Node) -> Iterator[Node]:
    children: list[Node] = []
    yield _without_connections(node, children)
    for child in children:
        for line in _flat(child):
            yield line if "__parentId" in line else line | {"__parentId": node["id"]}


def _without_connections(node: Node, children: list[Node]) -> Node:
    kept: Node = {}
    for key, value in node.items():
        if isinstance(value, dict) and "nodes" in value:
            children.extend(value["nodes"])
        elif isinstance(value, dict) and "id" not in value:
            kept[key] = _without_connections(value, children)
        else:
            kept[key] = value
    return kept


@cache
def _field(document: DocumentNode, path: Path) -> FieldNode:
    operation = next(d for d in document.definitions if isinstance(d, OperationDefinitionNode))
    selections: SelectionSetNode = operation.selection_set
    found: FieldNode | None = None
    for name in path:
        found = next(field for field in _fields(selections) if field.name.value == name)
        selections = found.selection_set or SelectionSetNode(selections=())
    assert found is not None
    return found


def _fields(selections: SelectionSetNode) -> Iterator[FieldNode]:
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            yield selection
        elif isinstance(selection, InlineFragmentNode):
            yield from _fields(selection.selection_set)
