"""Answers a store's GraphQL requests."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import polars as pl
from graphql import (
    DocumentNode,
    FieldNode,
    OperationDefinitionNode,
    SelectionSetNode,
    execute_sync,
)

from demo.vendors.shopify import shopifyql, webhooks
from demo.vendors.shopify.bulk import BulkOperation, BulkOperations, Worker
from demo.vendors.shopify.catalogue import BY_GID, BY_ID, COUNTS, OF_ACCOUNT, PAYMENTS_ACCOUNT, ROOTS
from demo.vendors.shopify.cost import MOST_PER_QUERY, Bucket, query_cost
from demo.vendors.shopify.paging import Pages
from demo.vendors.shopify.protocol import KINDS
from demo.vendors.shopify.render import Renderer, StoredRows
from demo.vendors.shopify.request import Request, Sizes
from demo.vendors.shopify.schema import Operation, RequestError, operation, shown
from demo.vendors.shopify.search import SearchSyntaxError
from demo.vendors.shopify.shapes import InvalidCursorError
from demo.vendors.shopify.store import MerchantError, Store

API_VERSION = "2026-07"
_STANDARD = (2000.0, 100.0)
_BUCKETS = {"advanced": (4000.0, 200.0), "plus": (20_000.0, 1000.0), "enterprise": (40_000.0, 2000.0)}
"""Bucket size and points restored per second, by a word of the plan's name."""


@dataclass(frozen=True)
class Call:
    """A GraphQL request as it came.

    Attributes:
        query: the document.
        variables: by name.
        operation_name: which operation of the document; None: the only one.
        base_url: under which the client reached the server.
        overlap: nodes of the page before that are repeated (a fault).
    """

    query: str
    variables: dict[str, Any] | None
    operation_name: str | None
    base_url: str
    overlap: int = 0


class StoreService:
    """One store's GraphQL API.

    Args:
        store: whose rows.
        folder: where bulk files are written.
        worker: writes them.
    """

    def __init__(self, store: Store, folder: Path, worker: Worker) -> None:
        self.store = store
        self._rows = StoredRows(store)
        self._pages = Pages(store, self._rows)
        self.bulk = BulkOperations(store, self._pages, folder, worker)
        self._webhooks = webhooks.Subscriptions(store)
        self._bucket: Bucket | None = None
        self._lock = threading.Lock()

    def answer(self, call: Call) -> bytes:
        """The body of the answer; its HTTP status is 200 whatever it says."""
        try:
            checked = operation(call.query, call.variables, call.operation_name)
            fields = checked.root_fields()
            requested = query_cost(checked.request, checked.node.operation, fields)
        except RequestError as error:
            return orjson.dumps({"errors": error.errors})
        if requested > MOST_PER_QUERY:
            return orjson.dumps(self._too_dear(requested))
        if not self.bucket.take(requested):
            return orjson.dumps({"errors": [_THROTTLED], "extensions": self._cost(requested, None)})
        run = _Run(self, call, checked)
        members, errors = run.members(fields)
        actual = min(requested, query_cost(checked.request, checked.node.operation, fields, run.sizes))
        self.bucket.give_back(requested - actual)
        extensions = self._cost(requested, actual)
        if run.warnings:
            extensions["search"] = run.warnings
        shown_errors = b'"errors":' + orjson.dumps(errors) + b"," if errors else b""
        data = b'"data":{' + ",".join(members).encode() + b"}," if members or not errors else b""
        return b"{" + data + shown_errors + b'"extensions":' + orjson.dumps(extensions) + b"}"

    @property
    def bucket(self) -> Bucket:
        """What requests are paid from; its size is the plan's."""
        with self._lock:
            if self._bucket is None:
                plan = (self.store.shop["plan_name"] or "").lower()
                size = next((size for word, size in _BUCKETS.items() if word in plan), _STANDARD)
                self._bucket = Bucket(*size)
            return self._bucket

    def _cost(self, requested: int, actual: int | None) -> dict[str, Any]:
        return {
            "cost": {
                "requestedQueryCost": requested,
                "actualQueryCost": actual,
                "throttleStatus": self.bucket.status(),
            }
        }

    def _too_dear(self, requested: int) -> dict[str, Any]:
        message = f"Query cost is {requested}, which exceeds the single query max cost limit ({MOST_PER_QUERY})."
        extensions = {"code": "MAX_COST_EXCEEDED", "cost": requested, "maxCost": MOST_PER_QUERY}
        return {"errors": [{"message": message, "extensions": extensions}], "extensions": self._cost(requested, None)}

    # Root values of what is no table; graphql-core calls them with the field's arguments.

    def plain_roots(self, base_url: str) -> dict[str, Any]:
        """Resolvers of root fields that are not made from tables."""

        def bulk(found: BulkOperation | None) -> dict[str, Any] | None:
            return None if found is None else _bulk_object(found, self._bulk_url(found, base_url))

        def run_query(_: Any, query: str, groupObjects: bool) -> dict[str, Any]:
            made, errors = self.bulk.run(query, groupObjects)
            return {"bulkOperation": bulk(made), "userErrors": errors}

        def cancel(_: Any, id: str) -> dict[str, Any]:
            found = self.bulk.find(id)
            if found is None:
                return {
                    "bulkOperation": None,
                    "userErrors": [{"field": ["id"], "message": "Bulk operation does not exist"}],
                }
            if found.is_open:
                found.status = "CANCELING"
            return {"bulkOperation": bulk(found), "userErrors": []}

        def latest(_: Any, type: str = "QUERY") -> dict[str, Any] | None:
            every = self.bulk.all()
            return bulk(every[-1]) if every and type == "QUERY" else None

        def listed(_: Any, reverse: bool = False, first: int | None = None, **__: Any) -> dict[str, Any]:
            every = [bulk(o) for o in self.bulk.all()]
            return _listed(every[::-1] if reverse else every, first)

        return {
            "bulkOperationRunQuery": run_query,
            "bulkOperationCancel": cancel,
            "bulkOperation": lambda _, id: bulk(self.bulk.find(id)),
            "node": lambda _, id: bulk(self.bulk.find(id)),
            "currentBulkOperation": latest,
            "bulkOperations": listed,
            "shopifyqlQuery": lambda _, query: shopifyql.answer(self.store, query),
            "webhookSubscriptionCreate": lambda _, **given: self._webhooks.create(**given),
            "webhookSubscriptionDelete": lambda _, id: self._webhooks.delete(id),
            "webhookSubscription": lambda _, id: self._webhooks.find(id),
            "webhookSubscriptions": lambda _, first=None, **__: _listed(self._webhooks.all(), first),
        }

    def _bulk_url(self, bulk: BulkOperation, base_url: str) -> str | None:
        if bulk.status != "COMPLETED" or bulk.objects == 0:
            return None
        return f"{base_url}/bulk/{self.store.store_id}/{bulk.file.name}"


_THROTTLED = {
    "message": "Throttled",
    "extensions": {"code": "THROTTLED", "documentation": "https://shopify.dev/api/usage/rate-limits"},
}


class _Run:
    """One request on its way through the root fields."""

    def __init__(self, service: StoreService, call: Call, checked: Operation) -> None:
        self._service = service
        self._call = call
        self._checked = checked
        self.sizes = Sizes()
        self.warnings: list[dict[str, Any]] = []

    @property
    def _request(self) -> Request:
        return self._checked.request

    def members(self, fields: Mapping[str, list[FieldNode]]) -> tuple[list[str], list[dict[str, Any]]]:
        """Members of ``data`` as JSON text, and errors; with errors there is no data."""
        members: list[str] = []
        for key, nodes in fields.items():
            try:
                members.append(f'"{key}":{self._value(key, nodes)}')
            except (SearchSyntaxError, InvalidCursorError) as error:
                message = (
                    f"Invalid cursor for current pagination sort: {error}"
                    if isinstance(error, InvalidCursorError)
                    else str(error)
                )
                return [], [{"message": message, "path": [key], "extensions": {"code": "BAD_REQUEST"}}]
            except MerchantError as error:
                return [], [{"message": str(error), "path": [key], "extensions": {"code": "INTERNAL_MERCHANT_ERROR"}}]
            except RequestError as error:
                return [], error.errors
        return members, []

    def _value(self, key: str, nodes: list[FieldNode]) -> str:
        name = nodes[0].name.value
        if name in ROOTS:
            return self._connection(key, name, nodes)
        arguments = self._arguments(name, nodes)
        if name in BY_ID:
            return self._objects([arguments.get("id")], nodes, BY_ID[name])[0]
        if name == "nodes":
            return f"[{','.join(self._objects(arguments['ids'], nodes))}]"
        if name == "node" and _gid_type(arguments["id"]) in BY_GID:
            return self._objects([arguments["id"]], nodes)[0]
        if name == "shop":
            ids = [self._service.store.shop["id"]]
            return self._objects(ids, nodes, "Shop")[0]
        if name == "shopifyPaymentsAccount":
            return self._payments_account(nodes)
        if name in COUNTS:
            return self._count(name, arguments, nodes)
        return self._plain(key, nodes)

    def _payments_account(self, nodes: list[FieldNode]) -> str:
        """The account of Shopify Payments: null in a shop that does not use it."""
        if not self._service.store.has_payments_account:
            return "null"
        shop = self._service.store.shop["id"].rsplit("/", 1)[-1]
        scalars = {
            "id": f'"gid://shopify/{PAYMENTS_ACCOUNT}/{shop}"',
            "activated": "true",
            "__typename": f'"{PAYMENTS_ACCOUNT}"',
        }
        members: list[str] = []
        for key, selected in self._request.subfields(PAYMENTS_ACCOUNT, nodes).items():
            name = selected[0].name.value
            value = self._connection(key, name, selected) if name in OF_ACCOUNT else scalars[name]
            members.append(f'"{key}":{value}')
        return "{" + ",".join(members) + "}"

    def _arguments(self, name: str, nodes: list[FieldNode]) -> dict[str, Any]:
        within = OF_ACCOUNT[name].within if name in OF_ACCOUNT else "QueryRoot"
        definition = self._request.object_type(within).fields.get(name)
        return {} if definition is None else self._request.arguments(definition, nodes[0])

    def _connection(self, key: str, name: str, nodes: list[FieldNode]) -> str:
        arguments = self._arguments(name, nodes)
        page = self._service._pages.page(
            self._request, name, nodes, arguments, self._selection_key(key, nodes[0]), self._call.overlap
        )
        self.sizes.update(page.sizes)
        if page.unknown:
            warnings = [
                {"field": f, "message": "Invalid search field for this query.", "code": "invalid_field"}
                for f in page.unknown
            ]
            self.warnings.append({"path": [key], "query": arguments.get("query"), "warnings": warnings})
        return page.text

    def _selection_key(self, key: str, node: FieldNode) -> str:
        """The same for all pages of one walk: variables that only say which page are left out."""
        paging = {
            a.value.name.value
            for a in node.arguments
            if a.name.value in ("first", "last", "after", "before") and hasattr(a.value, "name")
        }
        once = {v for v in paging if self._call.query.count(f"${v}") == 2}
        variables = {k: v for k, v in self._request.variables.items() if k not in once}
        return orjson.dumps(
            [self._call.query, self._call.operation_name, key, variables], option=orjson.OPT_SORT_KEYS
        ).decode()

    def _objects(self, ids: list[str | None], nodes: list[FieldNode], only: str | None = None) -> list[str]:
        """Objects by id as JSON text, "null" where there is none."""
        texts = dict.fromkeys((i for i in ids if i), "null")
        for kind_name in {only or BY_GID.get(_gid_type(i), "") for i in texts} - {""}:
            kind = KINDS[kind_name]
            render = Renderer(self._request, self._service.store, self._service._rows)
            wanted = [i for i in texts if only or BY_GID.get(_gid_type(i)) == kind_name]
            found = render.one(kind, "id", pl.Series(values=wanted, dtype=pl.String), nodes).texts
            self.sizes.update(render.sizes)
            texts.update({i: text for i, text in zip(wanted, found.to_list(), strict=True) if text is not None})
        return [texts[i] if i else "null" for i in ids]

    def _count(self, name: str, arguments: dict[str, Any], nodes: list[FieldNode]) -> str:
        total = self._service._pages.window(COUNTS[name], {"query": arguments.get("query")}).rows.height
        limit = arguments.get("limit")
        is_exact = limit is None or total <= limit
        values = {
            "count": total if is_exact else limit,
            "precision": "EXACT" if is_exact else "AT_LEAST",
            "__typename": "Count",
        }
        wanted = self._request.subfields("Count", nodes)
        return orjson.dumps({key: values[sub[0].name.value] for key, sub in wanted.items()}).decode()

    def _plain(self, key: str, nodes: list[FieldNode]) -> str:
        """A field that graphql-core resolves itself: introspection, bulk operations, webhook subscriptions."""
        node = self._checked.node
        only = OperationDefinitionNode(
            operation=node.operation,
            name=node.name,
            variable_definitions=node.variable_definitions,
            directives=node.directives,
            selection_set=SelectionSetNode(selections=tuple(nodes)),
        )
        fragments = tuple(self._request.fragments.values())
        result = execute_sync(
            self._request.schema,
            DocumentNode(definitions=(only, *fragments)),
            root_value=self._service.plain_roots(self._call.base_url),
            variable_values=self._call.variables,
        )
        if result.errors:
            raise RequestError([shown(error) for error in result.errors])
        assert result.data is not None
        return orjson.dumps(result.data[key]).decode()


def _gid_type(gid: str) -> str:
    parts = gid.split("/")
    return parts[3] if len(parts) == 5 and gid.startswith("gid://shopify/") else ""


def _bulk_object(bulk: BulkOperation, url: str | None) -> dict[str, Any]:
    def instant(value: Any) -> str | None:
        return None if value is None else value.strftime("%Y-%m-%dT%H:%M:%SZ")

    done = bulk.status == "COMPLETED"
    return {
        "__typename": "BulkOperation",
        "id": bulk.gid,
        "status": bulk.status,
        "errorCode": bulk.error_code,
        "type": "QUERY",
        "query": bulk.query,
        "createdAt": instant(bulk.created_at),
        "completedAt": instant(bulk.completed_at),
        "objectCount": str(bulk.objects),
        "rootObjectCount": str(bulk.roots),
        "fileSize": str(bulk.file.stat().st_size) if done else None,
        "url": url,
        "partialDataUrl": None,
    }


def _listed(every: list[Any], first: int | None) -> dict[str, Any]:
    shown_ones = every if first is None else every[:first]
    return {
        "nodes": shown_ones,
        "edges": [{"node": o, "cursor": str(i)} for i, o in enumerate(shown_ones)],
        "pageInfo": {
            "hasNextPage": len(shown_ones) < len(every),
            "hasPreviousPage": False,
            "startCursor": "0" if shown_ones else None,
            "endCursor": str(len(shown_ones) - 1) if shown_ones else None,
        },
    }
