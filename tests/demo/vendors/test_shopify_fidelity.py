"""The server against Shopify's own schema and Shopify's own client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import shopify as shopify_api
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    NameNode,
    SelectionSetNode,
    Visitor,
    execute_sync,
    parse,
    print_ast,
    validate,
    visit,
)

from demo.vendors.shopify.catalogue import BY_ID, COUNTS, OF_ACCOUNT, ROOTS
from demo.vendors.shopify.schema import schema
from demo.vendors.shopify.shapes import KINDS
from ingestion.sources.shopify import documents
from tests.demo.vendors.conftest import VERSION, Client
from tests.support.shared import shared
from tests.support.shopify_merchant import gid
from tests.support.shopify_schema import real_schema

_SHOPIFYQL = "FROM sessions SHOW sessions GROUP BY day SINCE 2026-10-01 UNTIL 2026-10-31"
_ARGUMENTS: dict[str, Any] = {"first": 3, "after": None, "query": None, "id": gid("Order", 1), "agreement": "id:10"}
_OF_DOCUMENT = {"store_sessions": {"query": _SHOPIFYQL}}
_IDS = {
    "Refunds": [gid("Refund", 1)],
    "Fulfillments": [gid("Fulfillment", 1), gid("Fulfillment", 2)],
    "OrderAgreements": [gid("Order", 1), gid("Order", 99)],
    "OrderReturns": [gid("Order", 1)],
}


_SUBSCRIPTION = {"topic": "ORDERS_UPDATED", "s": {"uri": "https://example.com/hook"}}


@pytest.fixture(scope="session")
def real(request: pytest.FixtureRequest) -> GraphQLSchema:
    """Shopify's schema."""
    return real_schema(request.config)


def test_the_served_schema_is_a_part_of_shopifys(real: GraphQLSchema) -> None:
    ours = {name: t for name, t in schema().type_map.items() if not name.startswith("__")}
    assert set(ours) <= set(real.type_map)
    for name, mine in ours.items():
        theirs = real.type_map[name]
        assert type(mine) is type(theirs), name
        if isinstance(mine, GraphQLObjectType | GraphQLInterfaceType):
            _is_part_of(mine, theirs)
        elif isinstance(mine, GraphQLInputObjectType):
            assert {f: str(v.type) for f, v in mine.fields.items()}.items() <= {
                f: str(v.type)
                for f, v in theirs.fields.items()  # type: ignore[union-attr]
            }.items()
        elif isinstance(mine, GraphQLEnumType):
            assert set(mine.values) == set(theirs.values), name  # type: ignore[union-attr]
        elif isinstance(mine, GraphQLUnionType):
            assert {t.name for t in mine.types} <= {t.name for t in theirs.types}, name  # type: ignore[union-attr]


def _is_part_of(mine: GraphQLObjectType | GraphQLInterfaceType, theirs: Any) -> None:
    assert {i.name for i in mine.interfaces} <= {i.name for i in theirs.interfaces}, mine.name
    for name, field in mine.fields.items():
        real_field = theirs.fields[name]
        assert str(field.type) == str(real_field.type), f"{mine.name}.{name}"
        for argument, declared in field.args.items():
            expected = real_field.args[argument]
            assert str(declared.type) == str(expected.type), f"{mine.name}.{name}({argument})"
            assert declared.default_value == expected.default_value, f"{mine.name}.{name}({argument})"


def test_every_served_field_has_an_entry_in_the_catalogue() -> None:
    for kind in KINDS.values():
        for name, fields in kind.by_type().items():
            declared = set(schema().type_map[name].fields)  # type: ignore[union-attr]
            assert declared == set(fields), name
    handled = {*ROOTS, *BY_ID, *COUNTS, "node", "nodes", "shop", "shopifyPaymentsAccount"}
    plain = {n for n in schema().query_type.fields if n.startswith(("bulk", "currentBulk", "shopifyql", "webhook"))}  # type: ignore[union-attr]
    assert set(schema().query_type.fields) == handled | plain  # type: ignore[union-attr]


@pytest.mark.parametrize("name", [n for n in documents.names() if not n.startswith("bulk_")])
def test_the_connectors_documents(name: str, client: Client, real: GraphQLSchema) -> None:
    _check(documents.text(name), client, real, _ARGUMENTS | _OF_DOCUMENT.get(name, {}))


@pytest.mark.parametrize(
    "name", [n for n in documents.names() if n.startswith("bulk_") and n not in ("bulk_run", "bulk_poll")]
)
def test_the_connectors_bulk_documents(name: str, client: Client, real: GraphQLSchema) -> None:
    document = parse(documents.text(name))
    assert validate(real, document) == []
    for grouped in (False, True):
        lines = client.bulk(documents.text(name), grouped=grouped)
        assert lines
        _complete_lines(lines, document, real)


def _complete_lines(lines: list[dict[str, Any]], document: DocumentNode, real: GraphQLSchema) -> None:
    """Puts the lines of a bulk file back under their parents and completes the tree under the real schema."""
    parents: dict[str, dict[str, Any]] = {}
    for line in lines:
        parents.setdefault(line.get("id", ""), line)
    children: dict[str, list[dict[str, Any]]] = {}
    roots = []
    for line in lines:
        above = line.pop("__parentId", None)
        assert above is None or above in parents, f"{line} comes before its parent, or without it"
        children.setdefault(above, []).append(line) if above else roots.append(line)

    def resolve(source: Any, info: Any, **_: Any) -> Any:
        named = info.return_type.of_type if hasattr(info.return_type, "of_type") else info.return_type
        if not str(named).endswith("Connection"):
            return source.get(info.path.key)
        if info.parent_type.name == "QueryRoot":
            return {"edges": [{"node": line} for line in roots]}
        node = named.fields["nodes"].type
        while hasattr(node, "of_type"):
            node = node.of_type
        names = {t.name for t in real.get_possible_types(node)} if hasattr(node, "resolve_type") else {node.name}
        below = children.get(source["id"], [])
        return {"edges": [{"node": line} for line in below if line["__typename"] in names]}

    for root in roots:
        # An object between an order and a connection has no id of its own: its lines point at the order.
        if root.get("customerJourneySummary") is not None:
            root["customerJourneySummary"]["id"] = root["id"]
    result = execute_sync(real, document, field_resolver=resolve, type_resolver=_type_of)
    assert result.errors is None


def _type_of(value: dict[str, Any], info: Any, abstract: Any) -> str:
    """The type of a value that says it, or has a field that only one type has."""
    possible = {t.name: set(t.fields) for t in info.schema.get_possible_types(abstract)}
    return value.get("__typename") or next(name for name, fields in possible.items() if set(value) <= fields)


@pytest.mark.parametrize("kind", sorted(ROOTS))
def test_every_field_of_every_type(kind: str, client: Client, real: GraphQLSchema) -> None:
    """Everything that the schema offers below a root connection, whether the connector asks for it or not."""
    flags = "".join(f", {flag}: true" for flag in ROOTS[kind].hides)
    node = KINDS[ROOTS[kind].kind].type
    selection = _everything(node, 5)
    _check(f"{{ {kind}(first: 2{flags}) {{ edges {{ cursor node {{ {selection} }} }} pageInfo {{ ...All }} }} }} "
           "fragment All on PageInfo { hasNextPage hasPreviousPage startCursor endCursor }", client, real)  # fmt: skip


@pytest.mark.parametrize("name", sorted(OF_ACCOUNT))
def test_every_field_of_the_payments_account(name: str, client: Client, real: GraphQLSchema) -> None:
    selection = _everything(KINDS[OF_ACCOUNT[name].kind].type, 5)
    connection = f"{name}(first: 9) {{ edges {{ cursor node {{ {selection} }} }} pageInfo {{ hasNextPage }} }}"
    _check(f"{{ shopifyPaymentsAccount {{ id activated {connection} }} }}", client, real)


def _everything(type_name: str, depth: int) -> str:
    type_ = schema().type_map[type_name]
    if isinstance(type_, GraphQLUnionType | GraphQLInterfaceType):
        inside = (f"... on {t.name} {{ {_everything(t.name, depth)} }}" for t in schema().get_possible_types(type_))
        return " ".join(["__typename", *inside])
    assert isinstance(type_, GraphQLObjectType)
    parts = ["__typename"]
    for name, field in type_.fields.items():
        named = field.type
        while hasattr(named, "of_type"):
            named = named.of_type
        if not isinstance(named, GraphQLObjectType | GraphQLUnionType | GraphQLInterfaceType):
            parts.append(name)
        elif depth == 0:
            continue
        elif named.name.endswith("Connection"):
            of = named.fields["nodes"].type  # type: ignore[union-attr]
            while hasattr(of, "of_type"):
                of = of.of_type
            if depth >= 4:
                parts.append(f"{name}(first: 2) {{ nodes {{ {_everything(of.name, depth - 2)} }} }}")
        else:
            arguments = '(names: ["on_hand", "available"])' if name == "quantities" else ""
            inside = "__typename id" if _is_entity(named.name) else _everything(named.name, depth - 1)
            parts.append(f"{type_name.lower()}_{name}: {name}{arguments} {{ {inside} }}")
    return " ".join(parts)


def _is_entity(name: str) -> bool:
    return name in {KINDS[k].type for k in BY_ID.values()} | {"LineItem"}


def test_the_sample_requests_of_the_fact_sheet(client: Client, real: GraphQLSchema) -> None:
    folder = shared("api-facts/shopify_queries")
    inner = (folder / "bulk_orders_inner.graphql").read_text()
    assert client.bulk(inner) is not None
    special = {"bulk": {"id": "gid://shopify/BulkOperation/1", "q": inner}, "webhook": _SUBSCRIPTION}
    paths = [path for path in sorted(folder.glob("*.graphql")) if path.name != "bulk_orders_inner.graphql"]
    for path in paths:
        _check(path.read_text(), client, real, _ARGUMENTS | special.get(path.name.split("_")[0], {}))
    assert len(paths) == 15


def _check(text: str, client: Client, real: GraphQLSchema, variables: Mapping[str, Any] | None = None) -> None:
    """Validates a document and completes its answer under Shopify's schema: any type fault would surface."""
    document = _with_typenames(parse(text))
    assert validate(real, document) == []
    operation = document.definitions[0]
    given = dict(variables or _ARGUMENTS) | {"ids": _IDS.get(operation.name.value if operation.name else "", [])}  # type: ignore[union-attr]
    wanted = {v.variable.name.value for v in operation.variable_definitions or ()}  # type: ignore[union-attr]
    used = {k: v for k, v in given.items() if k in wanted}
    data = client.data(print_ast(document), **used)
    result = execute_sync(
        real,
        document,
        root_value=data,
        variable_values=used,
        field_resolver=lambda source, info, **_: source.get(info.path.key),
        type_resolver=lambda value, *_: value["__typename"],
    )
    assert result.errors is None
    assert result.data == data


def _with_typenames(document: DocumentNode) -> DocumentNode:
    class Add(Visitor):
        def leave_selection_set(self, node: SelectionSetNode, _: Any, parent: Any, *__: Any) -> SelectionSetNode:
            asked = FieldNode(name=NameNode(value="__typename"), arguments=(), directives=(), selection_set=None)
            return SelectionSetNode(selections=(*node.selections, asked))

    changed = visit(document, Add())
    assert isinstance(changed, DocumentNode)
    return changed


def test_shopifys_own_client(shopify_url: str) -> None:
    port = int(shopify_url.rsplit(":", 1)[1])
    shopify_api.Session.setup(protocol="http", myshopify_domain="0.0.1", port=port)
    # Shop "127" of domain "0.0.1" is 127.0.0.1: no name has to be resolved.
    session = shopify_api.Session("127", VERSION, "demo-token-aurora-eu")
    shopify_api.ShopifyResource.activate_session(session)
    try:
        query = "query ($first: Int!) { shop { name currencyCode } orders(first: $first) { nodes { id name } } }"
        answer = shopify_api.GraphQL().execute(query, {"first": 2})
    finally:
        shopify_api.ShopifyResource.clear_session()
    assert '"currencyCode":"EUR"' in answer
    assert answer.count("gid://shopify/Order/50") == 2
