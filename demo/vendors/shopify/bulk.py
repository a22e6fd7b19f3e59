"""Bulk operations: a query over everything, run in the background and left as a JSONL file."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import IO, Any, Literal

import polars as pl
from graphql import (
    FieldNode,
    GraphQLObjectType,
    OperationType,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_list_type,
    is_object_type,
)

from demo.vendors.shopify.catalogue import ROOTS
from demo.vendors.shopify.paging import Pages
from demo.vendors.shopify.protocol import KINDS
from demo.vendors.shopify.render import HeldRows, Renderer
from demo.vendors.shopify.request import Request
from demo.vendors.shopify.schema import Operation, RequestError, operation
from demo.vendors.shopify.shapes import node_selections
from demo.vendors.shopify.store import Store

MOST_CONNECTIONS = 5
MOST_NESTED = 2
MOST_AT_ONCE = 5
_CHUNK = 20_000
_log = logging.getLogger(__name__)


@dataclass
class BulkOperation:
    """A bulk operation's state."""

    number: int
    query: str
    grouped: bool
    created_at: datetime
    file: Path
    status: str = "CREATED"
    error_code: str | None = None
    completed_at: datetime | None = None
    objects: int = 0
    roots: int = 0

    @property
    def gid(self) -> str:
        """Its id in the API."""
        return f"gid://shopify/BulkOperation/{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether it still runs or is going to."""
        return self.status in ("CREATED", "RUNNING", "CANCELING")


class Worker:
    """Works off the operations of all stores one by one: side by side they would all be done late."""

    def __init__(self) -> None:
        self._tasks: SimpleQueue[Callable[[], object]] = SimpleQueue()
        Thread(target=self._run, name="bulk operations", daemon=True).start()

    def add(self, task: Callable[[], object]) -> None:
        """Runs the task after those that were added before it."""
        self._tasks.put(task)

    def _run(self) -> None:
        while True:
            self._tasks.get()()


@dataclass
class BulkOperations:
    """A store's bulk operations.

    Args:
        store: whose rows.
        pages: finds the rows that the query's filter selects.
        folder: where files are written.
        worker: does the work.
    """

    store: Store
    pages: Pages
    folder: Path
    worker: Worker
    _all: list[BulkOperation] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def run(self, query: str, grouped: bool) -> tuple[BulkOperation | None, list[dict[str, Any]]]:
        """Starts an operation.

        Returns:
            The operation, or None and the user errors that say why not.
        """
        try:
            checked = checked_bulk_query(query)
        except RequestError as error:
            return None, [{"code": "INVALID", "field": ["query"], "message": e["message"]} for e in error.errors]
        with self._lock:
            if sum(o.is_open for o in self._all) >= MOST_AT_ONCE:
                message = f"A bulk query operation for this app and shop is already in progress: {MOST_AT_ONCE} at most"
                return None, [{"code": "OPERATION_IN_PROGRESS", "field": None, "message": message}]
            number = len(self._all) + 1
            file = self.folder / f"bulk-{number}.jsonl"
            made = BulkOperation(number, query, grouped, self.store.as_of, file)
            self._all.append(made)
        self.worker.add(lambda: self._work(made, checked))
        return made, []

    def find(self, gid: str) -> BulkOperation | None:
        """The operation of that id."""
        return next((o for o in self._all if o.gid == gid), None)

    def all(self) -> list[BulkOperation]:
        """All operations, the oldest first."""
        return list(self._all)

    def _work(self, bulk: BulkOperation, checked: Operation) -> None:
        if bulk.status == "CREATED":
            bulk.status = "RUNNING"
        try:
            with bulk.file.open("wb") as file:
                self._write(bulk, checked, file)
            bulk.status = "CANCELED" if bulk.status == "CANCELING" else "COMPLETED"
        except Exception:
            _log.exception("bulk operation %s of store %s failed", bulk.gid, self.store.store_id)
            bulk.error_code = "INTERNAL_SERVER_ERROR"
            bulk.status = "FAILED"
        bulk.completed_at = self.store.as_of

    def _write(self, bulk: BulkOperation, checked: Operation, file: IO[bytes]) -> None:
        request = checked.request
        (selected,) = checked.root_fields().values()
        name = selected[0].name.value
        root, kind = ROOTS[name], KINDS[ROOTS[name].kind]
        definition = request.object_type("QueryRoot").fields[name]
        arguments = {**request.arguments(definition, selected[0]), "sortKey": "ID", "reverse": False}
        roots = self.pages.window(name, arguments).rows["id"]
        connection = get_named_type(definition.type).name
        nodes = node_selections(request, connection, request.subfields(connection, selected))
        held = HeldRows(self.store, roots, root.descendants_key)
        order: Literal["grouped", "level"] = "grouped" if bulk.grouped else "level"
        render = Renderer(request, self.store, held, order)
        everything = self.store.scan_columns(kind.table, sorted({"id", *render.needs(kind, nodes)}))
        places = pl.DataFrame({"id": roots}).with_row_index("_p").lazy()
        frame = everything.join(places, on="id").sort("_p").collect()
        for start in range(0, len(roots), _CHUNK):
            if bulk.status == "CANCELING":
                return
            chunk = frame.slice(start, _CHUNK)
            held.start_chunk(start, start + chunk.height)
            for level in render.bulk_lines(kind, chunk, nodes).levels:
                level.to_frame("line").write_csv(file, include_header=False, quote_style="never")
                bulk.objects += len(level) + (int(level.str.count_matches("\n").sum()) if bulk.grouped else 0)
            bulk.roots += chunk.height


def checked_bulk_query(query: str) -> Operation:
    """Parses and checks a bulk query.

    Raises:
        RequestError: it is no query, or breaks a rule of bulk operations.
    """
    checked = operation(query, None, None)
    if checked.node.operation is not OperationType.QUERY:
        raise _refused("Only queries can be run in bulk with bulkOperationRunQuery")
    if checked.node.variable_definitions:
        raise _refused("Bulk queries take no variables")
    fields = checked.root_fields()
    if len(fields) != 1:
        raise _refused("Bulk queries must have exactly one root field")
    name = next(iter(fields.values()))[0].name.value
    if name in ("node", "nodes"):
        raise _refused(f"Bulk queries cannot use the top level {name} field")
    connections = _connections(checked.request, checked.request.object_type("QueryRoot"), fields, 0, in_list=False)
    if not connections or name not in ROOTS:
        raise _refused("Bulk queries must contain at least one connection")
    if len(connections) > MOST_CONNECTIONS:
        raise _refused(f"Bulk queries cannot contain more than {MOST_CONNECTIONS} connections")
    if max(connections) > MOST_NESTED:
        raise _refused(f"Bulk queries cannot contain connections with a nesting depth greater than {MOST_NESTED}")
    return checked


def _refused(message: str) -> RequestError:
    return RequestError([{"message": message}])


def _connections(
    request: Request, parent: GraphQLObjectType, fields: dict[str, list[FieldNode]], depth: int, *, in_list: bool
) -> list[int]:
    """Nesting depth of every connection below; a root connection's is 0."""
    depths: list[int] = []
    for selected in fields.values():
        definition = parent.fields.get(selected[0].name.value)
        if definition is None:
            continue
        named = get_named_type(definition.type)
        if named.name.endswith("Connection"):
            if in_list:
                raise _refused(
                    f"Queries that contain a connection field within a list field are not supported: {parent.name}"
                )
            depths.append(depth)
            nodes = node_selections(request, named.name, request.subfields(named.name, selected))
            node = get_named_type(request.object_type(named.name).fields["nodes"].type)
            depths += _below(request, node, nodes, depth + 1, in_list=False)
        else:
            is_list = is_list_type(get_nullable_type(definition.type))
            depths += _below(request, named, selected, depth, in_list=in_list or is_list)
    return depths


def _below(request: Request, type_: Any, nodes: list[FieldNode], depth: int, *, in_list: bool) -> list[int]:
    if is_object_type(type_):
        return _connections(request, type_, request.subfields(type_.name, nodes), depth, in_list=in_list)
    possible = request.schema.get_possible_types(type_) if is_abstract_type(type_) else ()
    found = (_connections(request, p, request.subfields(p.name, nodes), depth, in_list=in_list) for p in possible)
    return max(found, key=len, default=[])
