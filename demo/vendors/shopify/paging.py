"""Root connections: which rows match, in which order, and the page after a cursor."""

from __future__ import annotations

import base64
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Any, Generic, TypeVar

import orjson
import polars as pl
from graphql import FieldNode

from demo.vendors.shopify.catalogue import OF_ACCOUNT, ROOTS, Root
from demo.vendors.shopify.protocol import KINDS
from demo.vendors.shopify.render import Renderer, StoredRows
from demo.vendors.shopify.request import Request, Sizes
from demo.vendors.shopify.search import numeric_id, predicate
from demo.vendors.shopify.shapes import InvalidCursorError, node_selections
from demo.vendors.shopify.store import Store

_BLOCK = 1000
_EVERY = ROOTS | OF_ACCOUNT
_WINDOWS_KEPT = 8
_BLOCKS_KEPT = 32
T = TypeVar("T")


class Kept(Generic[T]):
    """The values made last, by key; the least recently used goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of a key, made now if it is not kept."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value


@dataclass(frozen=True)
class Window:
    """All rows that a root connection walks: ``id``, its number and the sort value, in order."""

    rows: pl.DataFrame
    descending: bool
    unknown: tuple[str, ...]

    def after(self, cursor: str) -> int:
        """Place of the first row behind a cursor.

        Raises:
            InvalidCursorError: this server never gave the cursor.
        """
        value, number = _decoded(cursor)
        column = pl.col("value")
        sought = pl.lit(value).cast(self.rows.schema["value"])
        is_before = column > sought if self.descending else column < sought
        number_is_before = pl.col("number") >= number if self.descending else pl.col("number") <= number
        return int(self.rows.select((is_before | ((column == sought) & number_is_before)).sum()).item())

    def cursor(self, place: int) -> str:
        """The cursor of a row."""
        value, number = self.rows["value"][place], self.rows["number"][place]
        return base64.b64encode(orjson.dumps({"last_id": number, "last_value": value})).decode()


@dataclass(frozen=True)
class Page:
    """A page of a root connection as JSON text, and how many nodes its connections gave."""

    text: str
    sizes: Sizes
    unknown: tuple[str, ...]


class Pages:
    """Serves a store's root connections.

    Rows are rendered in blocks of a thousand and kept, so that the pages of one walk cost one rendering.
    """

    def __init__(self, store: Store, rows: StoredRows) -> None:
        self._store = store
        self._rows = rows
        self._windows: Kept[Window] = Kept(_WINDOWS_KEPT)
        self._blocks: Kept[tuple[list[str], Sizes]] = Kept(_BLOCKS_KEPT)

    def window(self, name: str, arguments: dict[str, Any]) -> Window:
        """The rows of a root connection.

        Raises:
            SearchSyntaxError: the ``query`` argument cannot be read.
        """
        root = _EVERY[name]
        key = (
            name,
            arguments.get("query"),
            arguments.get("sortKey") or root.sort_default,
            bool(arguments.get("reverse")),
            tuple(bool(arguments.get(flag)) for flag in (*root.hides, *root.hidden_by)),
        )
        return self._windows.get(key, lambda: self._walk(root, arguments))

    def page(
        self, request: Request, name: str, nodes: list[FieldNode], arguments: dict[str, Any], key: str, overlap: int
    ) -> Page:
        """One page.

        Args:
            request: the operation's request.
            name: the root field.
            nodes: its selections.
            arguments: its arguments.
            key: tells this selection from others, whatever page is asked for.
            overlap: how many nodes of the page before are repeated.
        """
        window = self.window(name, arguments)
        low, high = _bounds(window, arguments)
        low = max(0, low - overlap)
        connection_name = str(request.object_type(_EVERY[name].within).fields[name].type).rstrip("!")
        wanted = request.subfields(connection_name, nodes)
        sizes = Sizes()
        texts = self._texts(
            request, name, node_selections(request, connection_name, wanted), window, key, low, high, sizes
        )
        members: list[str] = []
        for response_key, selected in wanted.items():
            field = selected[0].name.value
            if field == "nodes":
                value = f"[{','.join(texts)}]"
            elif field == "edges":
                value = self._edges(request, connection_name, selected, window, texts, low)
            elif field == "pageInfo":
                value = _page_info(request, selected, window, low, high)
            else:
                value = f'"{connection_name}"'
            members.append(f'"{response_key}":{value}')
        sizes.add(nodes[0], high - low, 1)
        return Page("{" + ",".join(members) + "}", sizes, window.unknown)

    def _walk(self, root: Root, arguments: dict[str, Any]) -> Window:
        kind = KINDS[root.kind]
        found = predicate(arguments.get("query"), root.search)
        sort_key = arguments.get("sortKey") or root.sort_default
        column = root.sort.get(sort_key)
        hidden = [marks for flag, marks in root.hides.items() if not arguments.get(flag)]
        hidden += [marks for flag, marks in root.hidden_by.items() if arguments.get(flag)]
        read = {"id", *found.columns, *([column] if column else []), *(c for h in hidden for c in h.meta.root_names())}
        rows = self._store.scan_columns(kind.table, sorted(read)).filter(found.expression)
        for marks in hidden:
            rows = rows.filter(~marks.fill_null(False))
        number = numeric_id("id")
        value = number if column is None else _sortable(pl.col(column), rows.collect_schema()[column])
        descending = bool(arguments.get("reverse"))
        ordered = rows.select("id", number=number, value=value).sort("value", "number", descending=descending).collect()
        return Window(ordered, descending, tuple(found.unknown))

    def _texts(
        self,
        request: Request,
        name: str,
        nodes: list[FieldNode],
        window: Window,
        key: str,
        low: int,
        high: int,
        sizes: Sizes,
    ) -> list[str]:
        texts: list[str] = []
        for block in range(low // _BLOCK, (high - 1) // _BLOCK + 1):
            start = block * _BLOCK
            place = (key, id(window), block)
            render = partial(self._render, request, name, nodes, window, start)
            made, given = self._blocks.get(place, render)
            sizes.update(given)
            texts += made[max(low - start, 0) : high - start]
        return texts

    def _render(
        self, request: Request, name: str, nodes: list[FieldNode], window: Window, start: int
    ) -> tuple[list[str], Sizes]:
        kind = KINDS[_EVERY[name].kind]
        render = Renderer(request, self._store, self._rows)
        frame = render.children(kind, "id", window.rows["id"].slice(start, _BLOCK), nodes)
        return render.objects(frame, kind, nodes).texts.to_list(), render.sizes

    def _edges(
        self, request: Request, connection: str, nodes: list[FieldNode], window: Window, texts: list[str], low: int
    ) -> str:
        edge = connection.removesuffix("Connection") + "Edge"
        edges: list[str] = []
        wanted = {key: sub[0].name.value for key, sub in request.subfields(edge, nodes).items()}
        for place, text in enumerate(texts, start=low):
            values = {"node": text, "cursor": f'"{window.cursor(place)}"', "__typename": f'"{edge}"'}
            edges.append("{" + ",".join(f'"{key}":{values[field]}' for key, field in wanted.items()) + "}")
        return f"[{','.join(edges)}]"


def _bounds(window: Window, arguments: dict[str, Any]) -> tuple[int, int]:
    """First place of a page, and the place behind its last."""
    low, high = 0, window.rows.height
    if arguments.get("after"):
        low = window.after(arguments["after"])
    if arguments.get("before"):
        high = max(low, window.after(arguments["before"]) - 1)
    if arguments.get("first") is not None:
        high = min(high, low + arguments["first"])
    elif arguments.get("last") is not None:
        low = max(low, high - arguments["last"])
    return low, high


def _page_info(request: Request, nodes: list[FieldNode], window: Window, low: int, high: int) -> str:
    values = {
        "hasNextPage": high < window.rows.height,
        "hasPreviousPage": low > 0,
        "startCursor": window.cursor(low) if high > low else None,
        "endCursor": window.cursor(high - 1) if high > low else None,
        "__typename": "PageInfo",
    }
    wanted = request.subfields("PageInfo", nodes)
    return orjson.dumps({key: values[sub[0].name.value] for key, sub in wanted.items()}).decode()


def _sortable(value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """A sort value that JSON holds exactly and that is never null."""
    if isinstance(dtype, pl.Datetime):
        return value.dt.epoch("us").fill_null(0)
    if isinstance(dtype, pl.String):
        return value.str.to_lowercase().fill_null("")
    return (value * 1_000_000).cast(pl.Int64).fill_null(0)


def _decoded(cursor: str) -> tuple[int | str, int]:
    try:
        held = orjson.loads(base64.b64decode(cursor, validate=True))
        return held["last_value"], int(held["last_id"])
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidCursorError(cursor) from error
