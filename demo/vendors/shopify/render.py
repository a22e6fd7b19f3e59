"""Renders selections over rows as JSON text: nested objects for pages, lines for bulk files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from threading import Lock
from typing import Literal, Protocol

import polars as pl
from graphql import FieldNode

from demo.vendors.shopify.protocol import LINE, PARENT_LINE, At, Field, Kind, Lines, Objects, Shape, Sheet
from demo.vendors.shopify.request import Request, Sizes
from demo.vendors.shopify.search import predicate
from demo.vendors.shopify.store import MerchantError, Store
from demo.vendors.shopify.texts import Piece, joined, lists


class Rows(Protocol):
    """Where children's rows come from."""

    def fetch(self, kind: Kind, columns: list[str], key: str, parents: pl.Series) -> pl.DataFrame:
        """Rows whose key is one of the parents', with ``_p`` = the parent's row number, ordered by it."""


class Renderer:
    """Renders one operation's selections over one store's rows.

    Args:
        request: the operation.
        store: whose rows.
        rows: where rows of children come from.
        bulk: None: connections are nested; else they become lines, "grouped" under their parent or by "level".
    """

    def __init__(
        self, request: Request, store: Store, rows: Rows, bulk: Literal["grouped", "level"] | None = None
    ) -> None:
        self.request = request
        self.store = store
        self.sizes = Sizes()
        self._rows = rows
        self._bulk = bulk

    def needs(self, shape: Shape, nodes: list[FieldNode]) -> set[str]:
        """Columns that a selection reads of a shape's rows."""
        needed = set() if shape.case is None else set(shape.case.meta.root_names())
        for type_name, fields in shape.by_type().items():
            for selected in self.request.subfields(type_name, nodes).values():
                name = selected[0].name.value
                if name != "__typename":
                    needed |= fields[name].needs(self, selected)
        return needed

    def children(
        self,
        kind: Kind,
        key: str,
        parents: pl.Series,
        nodes: list[FieldNode],
        hidden: str | None = None,
        query: str | None = None,
    ) -> pl.DataFrame:
        """Rows of a kind that point at the parents.

        Args:
            kind: of the rows.
            key: their column that points at a parent.
            parents: what it points at.
            nodes: selections to come.
            hidden: flag column; rows where it is true are left out.
            query: search text; rows can be searched by id.

        Returns:
            The columns that the selections read, and ``_p``, the row number of the parent.
        """
        found = predicate(query, {"id": "id"})
        columns = self.needs(kind, nodes) | {key, *kind.order, *found.columns} | ({hidden} if hidden else set())
        if self._bulk and "id" in kind.fields:
            columns.add("id")
        rows = self._rows.fetch(kind, sorted(columns), key, parents)
        if hidden:
            rows = rows.filter(~pl.col(hidden).fill_null(False))
        return rows.filter(found.expression) if query else rows

    def one(
        self,
        kind: Kind,
        key: str,
        parents: pl.Series,
        nodes: list[FieldNode],
        keep: Literal["first", "last"] = "last",
        line: pl.Series | None = None,
    ) -> Objects:
        """One object per parent, null where there is none; ``line``: ids of the parents' lines in a bulk file."""
        rows = self.children(kind, key, parents, nodes).unique("_p", keep=keep, maintain_order=True)
        if line is not None:
            rows = rows.with_columns(line.gather(rows["_p"]).alias(LINE))
        made = self.objects(rows, kind, nodes)
        everyone = pl.DataFrame({"_p": pl.int_range(len(parents), dtype=pl.UInt32, eager=True)})
        found = pl.DataFrame({"_p": rows["_p"].cast(pl.UInt32), "text": made.texts})
        texts = everyone.join(found, on="_p", how="left", maintain_order="left")["text"]
        return Objects(texts, [Lines(rows["_p"].gather(li.parents), li.levels) for li in made.lines])

    def objects(
        self, frame: pl.DataFrame, shape: Shape, nodes: list[FieldNode], present: pl.Series | None = None
    ) -> Objects:
        """One object per row."""
        if shape.case is None:
            return self._objects(frame, shape.type, shape.fields, nodes, present)
        parts: list[pl.DataFrame] = []
        lines: list[Lines] = []
        for case, part in _by_case(frame, shape, present):
            made = self._objects(part, case, shape.by_type()[case], nodes, None)
            parts.append(pl.DataFrame({"_row": part["_row"], "text": made.texts}))
            lines += [Lines(part["_row"].gather(li.parents), li.levels) for li in made.lines]
        everyone = pl.DataFrame({"_row": pl.int_range(frame.height, dtype=pl.UInt32, eager=True)})
        none = pl.DataFrame(schema={"_row": pl.UInt32, "text": pl.String})
        texts = everyone.join(pl.concat([none, *parts]), on="_row", how="left", maintain_order="left")["text"]
        return Objects(texts, lines)

    def _objects(
        self,
        frame: pl.DataFrame,
        type_name: str,
        fields: Mapping[str, Field],
        nodes: list[FieldNode],
        present: pl.Series | None,
        *,
        is_line: bool = False,
    ) -> Objects:
        sheet = Sheet(frame)
        lines: list[Lines] | None = [] if self._bulk else None
        pieces = self.members(sheet, type_name, fields, nodes, present, lines)
        if is_line and PARENT_LINE in frame.columns:
            pieces = [*pieces, ',"__parentId":"', pl.col(PARENT_LINE), '"']
        if not pieces or frame.height == 0:
            return Objects(pl.Series(values=["{}"] * frame.height, dtype=pl.String), lines or [])
        assert isinstance(pieces[0], str)
        texts = sheet.frame.select(joined(["{" + pieces[0][1:], *pieces[1:], "}"])).to_series()
        return Objects(texts, lines or [])

    def members(
        self,
        sheet: Sheet,
        type_name: str,
        fields: Mapping[str, Field],
        nodes: list[FieldNode],
        present: pl.Series | None,
        lines: list[Lines] | None,
    ) -> list[Piece]:
        """Members of an object as pieces that each begin with a comma."""
        object_type = self.request.object_type(type_name)
        pieces: list[Piece] = []
        for key, selected in self.request.subfields(type_name, nodes).items():
            name = selected[0].name.value
            if name == "__typename":
                pieces.append(f',"{key}":"{type_name}"')
                continue
            at = At(self, sheet, object_type, object_type.fields[name], selected, present, lines)
            json = fields[name].json(at)
            if json is not None:
                pieces += [f',"{key}":', *json.inline()]
        return pieces

    def bulk_lines(self, kind: Kind, rows: pl.DataFrame, nodes: list[FieldNode]) -> Lines:
        """Lines of rows and of all that hangs below them, for a bulk file; ``PARENT_LINE`` is the line above each."""
        parents = rows["_p"]
        if kind.case is None:
            made = self._objects(rows, kind.type, kind.fields, nodes, None, is_line=True)
            return self._with_children(parents, made)
        levels: list[pl.Series] = []
        places: list[pl.Series] = []
        for case, part in _by_case(rows, kind, None):
            made = self._objects(part, case, kind.by_type()[case], nodes, None, is_line=True)
            levels += self._with_children(part["_p"], made).levels
            places.append(part["_row"])
        if self._bulk == "grouped" and levels:
            mixed = pl.DataFrame({"row": pl.concat(places), "text": pl.concat(levels)}).sort("row")
            levels = [mixed["text"]]
        return Lines(parents, levels)

    def _with_children(self, parents: pl.Series, made: Objects) -> Lines:
        if self._bulk == "level":
            return Lines(parents, [made.texts, *(level for li in made.lines for level in li.levels)])
        text = made.texts
        for li in made.lines:
            if li.levels:
                below = lists(li.parents, li.levels[0], len(text), "\n")
                frame = pl.DataFrame({"text": text, "below": below})
                both = pl.concat_str("text", pl.lit("\n"), "below")
                text = frame.select(pl.when(pl.col("below") == "").then("text").otherwise(both)).to_series()
        return Lines(parents, [text])


class StoredRows:
    """Rows read from the merchant's files for the parents of a page.

    A table that is asked for again and again is held in memory, sorted by the key of the question.
    """

    _SCANS_BEFORE_HOLDING = 2

    def __init__(self, store: Store) -> None:
        self._store = store
        self._asked: Counter[tuple[str, str]] = Counter()
        self._held: dict[tuple[str, str], pl.DataFrame] = {}
        self._lock = Lock()

    def fetch(self, kind: Kind, columns: list[str], key: str, parents: pl.Series) -> pl.DataFrame:
        """See Rows."""
        wanted = numbered(parents)
        place = (kind.table, key)
        with self._lock:
            self._asked[place] += 1
            if self._asked[place] <= self._SCANS_BEFORE_HOLDING:
                found = self._scan(kind.table, columns, key, wanted)
            else:
                found = _found(self._hold(kind.table, columns, key), columns, key, wanted)
        return found.sort("_p", *kind.order, maintain_order=True)

    def _scan(self, table: str, columns: list[str], key: str, wanted: pl.DataFrame) -> pl.DataFrame:
        rows = self._store.scan_columns(table, columns)
        keys = wanted["_key"]
        # The bounds let row groups be skipped where a file is in order of the key.
        within = (
            rows.filter(pl.col(key).is_between(pl.lit(keys.min()), pl.lit(keys.max()))) if len(keys) else rows.limit(0)
        )
        return within.join(wanted.lazy(), left_on=key, right_on="_key").collect()

    def _hold(self, table: str, columns: list[str], key: str) -> pl.DataFrame:
        held = self._held.get((table, key))
        if held is None or not set(columns) <= set(held.columns):
            every = sorted({*columns, *(held.columns if held is not None else ())})
            held = self._store.scan_columns(table, every).filter(pl.col(key).is_not_null()).collect().sort(key)
            self._held[(table, key)] = held
        return held


def _found(held: pl.DataFrame, columns: list[str], key: str, wanted: pl.DataFrame) -> pl.DataFrame:
    """Rows of a frame sorted by key that match the wanted keys, by binary search."""
    low = held[key].search_sorted(wanted["_key"], side="left")
    high = held[key].search_sorted(wanted["_key"], side="right")
    rows = pl.DataFrame({"_p": wanted["_p"], "low": low, "high": high}).filter(pl.col("low") < pl.col("high"))
    places = rows.select("_p", pl.int_ranges("low", "high").alias("row")).explode("row")
    return held.select(columns)[places["row"]].with_columns(places["_p"])


class HeldRows:
    """Rows held in memory for a bulk operation, which asks for them chunk by chunk of its roots.

    Args:
        store: whose rows.
        roots: ids of all roots in the order of the chunks.
        root_key: the column by which descendants of a root point at it; None: they have none.
    """

    def __init__(self, store: Store, roots: pl.Series, root_key: str | None) -> None:
        self._store = store
        self._root_key = root_key
        self._roots = pl.DataFrame({"_key": roots, "_r": pl.int_range(len(roots), dtype=pl.UInt32, eager=True)})
        self._held: dict[tuple[str, tuple[str, ...]], pl.DataFrame] = {}
        self._chunk = (0, 0)

    def start_chunk(self, start: int, end: int) -> None:
        """Says which roots come next: those from ``start`` up to, but not, ``end``."""
        self._chunk = (start, end)

    def fetch(self, kind: Kind, columns: list[str], key: str, parents: pl.Series) -> pl.DataFrame:
        """See Rows."""
        held = self._hold(kind, columns, key)
        start, end = self._chunk
        if "_r" in held.columns:
            low, high = held["_r"].search_sorted(start), held["_r"].search_sorted(end)
            held = held.slice(int(low), int(high) - int(low))
            if key == self._root_key and parents.equals(self._roots["_key"].slice(start, end - start)):
                return held.with_columns(_p=(pl.col("_r") - start).cast(pl.UInt32))
        return held.join(numbered(parents), left_on=key, right_on="_key").sort("_p", *kind.order, maintain_order=True)

    def _hold(self, kind: Kind, columns: list[str], key: str) -> pl.DataFrame:
        place = (kind.table, tuple(columns))
        if place not in self._held:
            schema = self._store.scan(kind.table).collect_schema()
            descends = self._root_key is not None and self._root_key in schema
            wanted = {*columns, key} | ({self._root_key} if descends and self._root_key else set())
            rows = self._store.scan_columns(kind.table, sorted(wanted))
            if descends:
                rows = rows.join(self._roots.lazy(), left_on=self._root_key, right_on="_key")
                self._held[place] = rows.collect().sort("_r", *kind.order, maintain_order=True)
            else:
                self._held[place] = rows.collect()
        return self._held[place]


def _by_case(frame: pl.DataFrame, shape: Shape, present: pl.Series | None) -> Iterator[tuple[str, pl.DataFrame]]:
    """Rows by the object type that they are, with their row numbers as ``_row``."""
    assert shape.case is not None
    typed = frame.drop("_row", strict=False).with_columns(shape.case.alias("_case")).with_row_index("_row")
    if present is not None:
        typed = typed.filter(present)
    for (case,), part in typed.group_by("_case", maintain_order=True):
        if case not in shape.cases:
            raise MerchantError(
                f"shopify: a row is of type {case!r}, which is no {shape.type}; expected one of {sorted(shape.cases)}: "
                f"{part.row(0, named=True)}"
            )
        yield str(case), part


def numbered(parents: pl.Series) -> pl.DataFrame:
    """Parents' keys with their row numbers, without those that are null."""
    return (
        pl.DataFrame({"_key": parents})
        .with_row_index("_p")
        .with_columns(pl.col("_p").cast(pl.UInt32))
        .drop_nulls("_key")
    )
