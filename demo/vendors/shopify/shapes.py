"""How an object type is made from rows: the kinds of fields that it has.

A field says which columns of its row it needs, and gives the JSON text of its value for every row of a sheet.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl
from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLOutputType,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_non_null_type,
)

from demo.vendors.shopify.protocol import KINDS, PARENT_LINE, At, Field, Json, Kind, Rendering, Shape
from demo.vendors.shopify.request import Request
from demo.vendors.shopify.store import MerchantError
from demo.vendors.shopify.texts import Piece, decimal_text, escaped, instant_text, joined, lists

PRESENTMENT = ("_presentment_currency", "_presentment_rate")
_BARE = {"Int", "Float", "Boolean", "JSON"}
_UNESCAPED = {"ID", "UnsignedInt64"}


def scalar(at: At, values: pl.Series) -> Json:
    """A scalar, an enum value or a list that the contract holds as JSON text.

    Raises:
        MerchantError: a null where the schema allows none, or no value of the enum.
    """
    if is_non_null_type(at.field.type):
        at.require(values)
    return _encoded(at, values, at.field.type)


def _encoded(at: At, values: pl.Series, output: GraphQLOutputType) -> Json:
    nullable: Any = get_nullable_type(output)  # type: ignore[arg-type]
    named = get_named_type(output)
    quote = '"'
    if is_list_type(nullable) or named.name in _BARE:
        text, quote = values.cast(pl.String), ""
    elif isinstance(values.dtype, pl.Datetime):
        text = instant_text(values)
    elif named.name in ("Decimal", "Money"):
        text = decimal_text(values)
    elif isinstance(named, GraphQLEnumType):
        text = _known(at, values, named)
    elif named.name in _UNESCAPED:
        text = values.cast(pl.String)
    else:
        text = escaped(values.cast(pl.String))
    column = at.sheet.attach(text)
    return Json([quote, column, quote] if quote else [column], column.is_null() if text.null_count() else None)


def _known(at: At, values: pl.Series, enum: GraphQLEnumType) -> pl.Series:
    strange = [v for v in values.unique().to_list() if v is not None and v not in enum.values]
    if strange:
        raise MerchantError(
            f"shopify: {at.type.name}.{at.nodes[0].name.value} holds {strange[:3]}, which {enum.name} does not have; "
            f"it knows {sorted(enum.values)[:12]}"
        )
    return values


@dataclass(frozen=True)
class Value:
    """A scalar computed from the row's columns.

    Attributes:
        value: what is shown.
        if_null: shown where it is null.
    """

    value: pl.Expr
    if_null: str | int | float | bool | None = None

    def needs(self, render: Rendering, nodes: list[FieldNode]) -> set[str]:
        """See Field."""
        return set(self.value.meta.root_names())

    def json(self, at: At) -> Json:
        """See Field."""
        value = self.value if self.if_null is None else self.value.fill_null(self.if_null)
        return scalar(at, at.sheet.series(value))


@dataclass(frozen=True)
class Constant:
    """A value that is the same everywhere, as JSON text: what the contract does not hold."""

    text: str

    def needs(self, render: Rendering, nodes: list[FieldNode]) -> set[str]:
        """See Field."""
        return set()

    def json(self, at: At) -> Json:
        """See Field."""
        return Json([self.text])


@dataclass(frozen=True)
class Bag:
    """A MoneyBag: an amount in the shop's currency and in the customer's.

    Attributes:
        amount: in the shop's currency.
        presentment: in the customer's currency; None: converted at the order's own rate.
        in_order: whether the row belongs to an order; elsewhere both currencies are the shop's.
    """

    amount: pl.Expr
    presentment: pl.Expr | None = None
    in_order: bool = True

    def needs(self, render: Rendering, nodes: list[FieldNode]) -> set[str]:
        """See Field."""
        needed = set(self.amount.meta.root_names())
        if self.in_order and "presentmentMoney" in _names(render, "MoneyBag", nodes):
            needed |= {*PRESENTMENT, *(self.presentment.meta.root_names() if self.presentment is not None else ())}
        return needed

    def json(self, at: At) -> Json:
        """See Field."""
        amounts = at.sheet.series(self.amount)
        if is_non_null_type(at.field.type):
            at.require(amounts)
        shop = at.sheet.attach(decimal_text(amounts))
        pieces: list[Piece] = []
        for key, nodes in at.selected("MoneyBag").items():
            amount = shop
            currency: Piece = at.render.store.currency
            if nodes[0].name.value == "presentmentMoney" and self.in_order:
                amount = at.sheet.attach(decimal_text(at.sheet.series(self._presented())))
                currency = pl.col(PRESENTMENT[0])
            elif nodes[0].name.value == "__typename":
                pieces += [f',"{key}":"MoneyBag"']
                continue
            pieces += [f',"{key}":', *_money(at, nodes, amount, currency)]
        return Json(_braced(pieces), shop.is_null() if amounts.null_count() else None)

    def _presented(self) -> pl.Expr:
        rate = pl.col(PRESENTMENT[1])
        converted = (self.amount.cast(pl.Float64) * rate).round(2)
        same = pl.when(rate == 1).then(self.amount.cast(pl.Float64)).otherwise(converted)
        return same if self.presentment is None else pl.coalesce(self.presentment.cast(pl.Float64), same)


@dataclass(frozen=True)
class Amount:
    """A MoneyV2: an amount in one currency.

    Attributes:
        amount: of money.
        currency: of the amount; None: the shop's.
    """

    amount: pl.Expr
    currency: str | None = None

    def needs(self, render: Rendering, nodes: list[FieldNode]) -> set[str]:
        """See Field."""
        return {*self.amount.meta.root_names(), *([self.currency] if self.currency else [])}

    def json(self, at: At) -> Json:
        """See Field."""
        amounts = at.sheet.series(self.amount)
        if is_non_null_type(at.field.type):
            at.require(amounts)
        shop = at.render.store.currency
        currency: Piece = pl.col(self.currency).fill_null(shop) if self.currency else shop
        amount = at.sheet.attach(decimal_text(amounts))
        return Json(_money(at, at.nodes, amount, currency), amount.is_null() if amounts.null_count() else None)


def _money(at: At, nodes: list[FieldNode], amount: pl.Expr, currency: Piece) -> list[Piece]:
    pieces: list[Piece] = []
    for key, sub in at.render.request.subfields("MoneyV2", nodes).items():
        values: dict[str, Piece] = {"amount": amount, "currencyCode": currency, "__typename": "MoneyV2"}
        pieces += [f',"{key}":"', values[sub[0].name.value], '"']
    return _braced(pieces)


@dataclass(frozen=True)
class Embedded:
    """An object made from the same row.

    Attributes:
        shape: of the object.
        present: whether the row has it; None: every row does.
    """

    shape: Shape
    present: pl.Expr | None = None

    def needs(self, render: Rendering, nodes: list[FieldNode]) -> set[str]:
        """See Field."""
        own = set() if self.present is None else set(self.present.meta.root_names())
        return own | render.needs(self.shape, nodes)

    def json(self, at: At) -> Json:
        """See Field."""
        present = None if self.present is None else at.sheet.series(self.present)
        if present is not None and at.present is not None:
            present = present & at.present
        if present is not None and is_non_null_type(at.field.type):
            at.require(pl.select(pl.when(present).then(present)).to_series())
        if self.shape.case is not None:
            texts = at.render.objects(at.sheet.frame, self.shape, at.nodes, present).texts
            column = at.sheet.attach(texts)
            return Json([column], column.is_null() if texts.null_count() else None)
        pieces = at.render.members(at.sheet, self.shape.type, self.shape.fields, at.nodes, present, at.lines)
        absent = None if present is None or bool(present.all()) else ~at.sheet.attach(present)
        return Json(_braced(pieces), absent)


@dataclass(frozen=True)
class Sole:
    """A list of the one object that the row has, or of none."""

    item: Embedded

    def needs(self, render: Rendering, nodes: list[FieldNode]) -> set[str]:
        """See Field."""
        return self.item.needs(render, nodes)

    def json(self, at: At) -> Json:
        """See Field."""
        assert self.item.present is not None
        present = at.sheet.series(self.item.present)
        pieces = at.render.members(at.sheet, self.item.shape.type, self.item.shape.fields, at.nodes, present, at.lines)
        some = joined(["[", *_braced(pieces), "]"])
        return Json([pl.when(at.sheet.attach(present)).then(some).otherwise(pl.lit("[]"))])


@dataclass(frozen=True)
class Each:
    """A list with one object per asked name (inventory quantities)."""

    argument: str
    shapes: Mapping[str, Shape]

    def needs(self, render: Rendering, nodes: list[FieldNode]) -> set[str]:
        """See Field."""
        return set().union(*(render.needs(shape, nodes) for shape in self.shapes.values()))

    def json(self, at: At) -> Json:
        """See Field."""
        names = [n for n in at.arguments[self.argument] if n in self.shapes]
        objects = [
            _braced(at.render.members(at.sheet, shape.type, shape.fields, at.nodes, at.present, None))
            for shape in (self.shapes[n] for n in names)
        ]
        return Json(["[", *(p for i, o in enumerate(objects) for p in ([","] if i else []) + o), "]"])


@dataclass(frozen=True)
class Ref:
    """Another object by id; where only its id is asked, its table is not read."""

    kind: str
    id: pl.Expr

    def needs(self, render: Rendering, nodes: list[FieldNode]) -> set[str]:
        """See Field."""
        return set(self.id.meta.root_names())

    def json(self, at: At) -> Json:
        """See Field."""
        kind = KINDS[self.kind]
        ids = at.sheet.series(self.id)
        if kind.case is None and _names(at.render, kind.type, at.nodes) <= {"id", "__typename", "legacyResourceId"}:
            return self._by_id(at, kind, ids)
        if at.lines is None:
            texts = at.render.one(kind, "id", ids, at.nodes).texts
        else:
            made = at.render.one(kind, "id", ids, at.nodes, line=at.line)
            texts = made.texts
            at.lines += made.lines
        if is_non_null_type(at.field.type):
            at.require(texts)
        column = at.sheet.attach(texts)
        return Json([column], column.is_null() if texts.null_count() else None)

    def _by_id(self, at: At, kind: Kind, ids: pl.Series) -> Json:
        required = is_non_null_type(at.field.type)
        nullable_id = not is_non_null_type(at.render.request.object_type(kind.type).fields["id"].type)
        if required and not nullable_id:
            at.require(ids)
        column = at.sheet.attach(ids)
        has_nulls = bool(ids.null_count())
        quoted = joined(['"', column, '"']).fill_null("null") if has_nulls and required else joined(['"', column, '"'])
        pieces: list[Piece] = []
        for key, nodes in at.selected(kind.type).items():
            values: dict[str, list[Piece]] = {
                "id": [quoted],
                "__typename": [f'"{kind.type}"'],
                "legacyResourceId": ['"', column.str.extract(r"(\d+)"), '"'],
            }
            pieces += [f',"{key}":', *values[nodes[0].name.value]]
        return Json(_braced(pieces), column.is_null() if has_nulls and not required else None)


@dataclass(frozen=True)
class Child:
    """The one row of another table that points at this one; the last in the kind's order where there are several.

    Attributes:
        kind: of the other row.
        key: its column that points here.
        parent: what it points at.
        first: take the first instead of the last.
        known: the other row's fields that this row has too; where no more is asked, the other table is not read.
    """

    kind: str
    key: str
    parent: pl.Expr = field(default_factory=lambda: pl.col("id"))
    first: bool = False
    known: Mapping[str, Field] = field(default_factory=dict)

    def needs(self, render: Rendering, nodes: list[FieldNode]) -> set[str]:
        """See Field."""
        if self._is_known(render, nodes):
            return render.needs(Shape(self._type(), self.known), nodes)
        return set(self.parent.meta.root_names())

    def json(self, at: At) -> Json:
        """See Field."""
        if self._is_known(at.render, at.nodes):
            return Json(_braced(at.render.members(at.sheet, self._type(), self.known, at.nodes, at.present, None)))
        keep: Literal["first", "last"] = "first" if self.first else "last"
        texts = at.render.one(KINDS[self.kind], self.key, at.sheet.series(self.parent), at.nodes, keep).texts
        if is_non_null_type(at.field.type):
            at.require(texts)
        column = at.sheet.attach(texts)
        return Json([column], column.is_null() if texts.null_count() else None)

    def _type(self) -> str:
        return next(iter(KINDS[self.kind].by_type()))

    def _is_known(self, render: Rendering, nodes: list[FieldNode]) -> bool:
        return all(_names(render, name, nodes) <= set(self.known) for name in KINDS[self.kind].by_type())


@dataclass(frozen=True)
class Plain:
    """A plain list of the rows of another table that point at this one, with at most ``first`` of them."""

    kind: str
    key: str
    parent: pl.Expr = field(default_factory=lambda: pl.col("id"))

    def needs(self, render: Rendering, nodes: list[FieldNode]) -> set[str]:
        """See Field."""
        return set(self.parent.meta.root_names())

    def json(self, at: At) -> Json:
        """See Field."""
        parents = at.sheet.series(self.parent)
        rows = at.render.children(KINDS[self.kind], self.key, parents, at.nodes)
        first = at.arguments.get("first")
        if first is not None:
            rows = _window(rows, 0, first)
        texts = at.render.objects(rows, KINDS[self.kind], at.nodes).texts
        return Json(["[", at.sheet.attach(lists(rows["_p"], texts, len(parents))), "]"])


@dataclass(frozen=True)
class Tally:
    """A Count of the rows of another table that point at this one."""

    kind: str
    key: str
    parent: pl.Expr = field(default_factory=lambda: pl.col("id"))

    def needs(self, render: Rendering, nodes: list[FieldNode]) -> set[str]:
        """See Field."""
        return set(self.parent.meta.root_names())

    def json(self, at: At) -> Json:
        """See Field."""
        parents = at.sheet.series(self.parent)
        rows = at.render.children(KINDS[self.kind], self.key, parents, [])
        count = at.sheet.attach(_counts(rows["_p"], len(parents)).cast(pl.String))
        values: dict[str, list[Piece]] = {"count": [count], "precision": ['"EXACT"'], "__typename": ['"Count"']}
        pieces: list[Piece] = []
        for key, nodes in at.selected("Count").items():
            pieces += [f',"{key}":', *values[nodes[0].name.value]]
        return Json(_braced(pieces))


@dataclass(frozen=True)
class Connection:
    """A connection over the rows of another table that point at this one.

    Attributes:
        kind: of the nodes.
        key: the nodes' column that points here.
        parent: what it points at.
        hides: an argument that, unless true, hides nodes, and the flag column that marks them.
    """

    kind: str
    key: str
    parent: pl.Expr = field(default_factory=lambda: pl.col("id"))
    hides: tuple[str, str] | None = None

    def needs(self, render: Rendering, nodes: list[FieldNode]) -> set[str]:
        """See Field."""
        return set(self.parent.meta.root_names())

    def json(self, at: At) -> Json | None:
        """See Field."""
        kind = KINDS[self.kind]
        parents = at.sheet.series(self.parent)
        connection = get_named_type(at.field.type).name
        wanted = at.selected(connection)
        nodes = node_selections(at.render.request, connection, wanted)
        hidden = self.hides[1] if self.hides and not at.arguments.get(self.hides[0]) else None
        rows = at.render.children(kind, self.key, parents, nodes, hidden, at.arguments.get("query"))
        if at.arguments.get("reverse"):
            rows = rows.reverse().sort("_p", maintain_order=True)
        if at.lines is not None:
            above = at.line.gather(rows["_p"]).alias(PARENT_LINE)
            at.lines.append(at.render.bulk_lines(kind, rows.with_columns(above), nodes))
            return None
        counts = _counts(rows["_p"], len(parents))
        start, size = _asked(at)
        rows = _window(rows, start, size) if size is not None else rows
        at.render.sizes.add(at.nodes[0], rows.height, len(parents))
        texts = at.render.objects(rows, kind, nodes).texts
        place = rows.select(pl.int_range(pl.len()).over("_p") + start).to_series()
        return Json(self._body(at, connection, wanted, _Nodes(rows["_p"], texts, place, counts, start)))

    def _body(self, at: At, connection: str, wanted: dict[str, list[FieldNode]], page: _Nodes) -> list[Piece]:
        pieces: list[Piece] = []
        for key, nodes in wanted.items():
            name = nodes[0].name.value
            if name == "nodes":
                value: list[Piece] = ["[", at.sheet.attach(page.listed(page.texts)), "]"]
            elif name == "edges":
                value = ["[", at.sheet.attach(page.listed(self._edges(at, connection, nodes, page))), "]"]
            elif name == "pageInfo":
                value = page.info(at, nodes)
            else:
                value = [f'"{connection}"']
            pieces += [f',"{key}":', *value]
        return _braced(pieces)

    def _edges(self, at: At, connection: str, nodes: list[FieldNode], page: _Nodes) -> pl.Series:
        edge = connection.removesuffix("Connection") + "Edge"
        values: dict[str, list[Piece]] = {
            "cursor": ['"', pl.col("cursor"), '"'],
            "node": [pl.col("text")],
            "__typename": [f'"{edge}"'],
        }
        pieces: list[Piece] = []
        for key, sub in at.render.request.subfields(edge, nodes).items():
            pieces += [f',"{key}":', *values[sub[0].name.value]]
        frame = pl.DataFrame({"text": page.texts, "cursor": page.cursors()})
        return frame.select(joined(_braced(pieces))).to_series()


@dataclass(frozen=True)
class _Nodes:
    """The nodes of a nested connection's page, for all parents together."""

    parents: pl.Series
    texts: pl.Series
    place: pl.Series
    counts: pl.Series
    start: int

    def listed(self, texts: pl.Series) -> pl.Series:
        return lists(self.parents, texts, len(self.counts))

    def cursors(self) -> pl.Series:
        return _cursor_texts(self.place)

    def info(self, at: At, nodes: list[FieldNode]) -> list[Piece]:
        shown = _counts(self.parents, len(self.counts))
        last = at.sheet.attach(_quoted_or_null(_cursor_texts(shown + self.start - 1), shown > 0))
        first = at.sheet.attach(_quoted_or_null(_cursor_texts((shown * 0) + self.start), shown > 0))
        more = at.sheet.attach((self.counts > shown + self.start).cast(pl.String))
        values: dict[str, list[Piece]] = {
            "hasNextPage": [more],
            "hasPreviousPage": ["true" if self.start else "false"],
            "endCursor": [last],
            "startCursor": [first],
            "__typename": ['"PageInfo"'],
        }
        pieces: list[Piece] = []
        for key, sub in at.render.request.subfields("PageInfo", nodes).items():
            pieces += [f',"{key}":', *values[sub[0].name.value]]
        return _braced(pieces)


def node_selections(request: Request, connection: str, wanted: Mapping[str, list[FieldNode]]) -> list[FieldNode]:
    """Selections of a connection's nodes, whether they stand under ``nodes`` or under ``edges { node }``."""
    selections: list[FieldNode] = []
    for nodes in wanted.values():
        if nodes[0].name.value == "nodes":
            selections += nodes
        elif nodes[0].name.value == "edges":
            edge = connection.removesuffix("Connection") + "Edge"
            for sub in request.subfields(edge, nodes).values():
                selections += sub if sub[0].name.value == "node" else []
    return selections


def _names(render: Rendering, type_name: str, nodes: list[FieldNode]) -> set[str]:
    return {sub[0].name.value for sub in render.request.subfields(type_name, nodes).values()}


def _braced(pieces: Sequence[Piece]) -> list[Piece]:
    """Members that each begin with a comma, as an object."""
    if not pieces:
        return ["{}"]
    assert isinstance(pieces[0], str)
    return ["{" + pieces[0][1:], *pieces[1:], "}"]


def _asked(at: At) -> tuple[int, int | None]:
    """First place and number of nodes that a nested connection is asked for."""
    arguments = at.arguments
    after = arguments.get("after")
    start = 0 if after is None else _place(after) + 1
    return start, arguments.get("first")


def _window(rows: pl.DataFrame, start: int, size: int) -> pl.DataFrame:
    place = pl.int_range(pl.len()).over("_p")
    return rows.filter((place >= start) & (place < start + size))


def _counts(parents: pl.Series, count: int) -> pl.Series:
    counted = pl.DataFrame({"_p": parents.cast(pl.UInt32)}).group_by("_p").len("n")
    everyone = pl.DataFrame({"_p": pl.int_range(count, dtype=pl.UInt32, eager=True)})
    return everyone.join(counted, on="_p", how="left", maintain_order="left")["n"].fill_null(0).cast(pl.Int64)


def _cursor_texts(places: pl.Series) -> pl.Series:
    unique = places.unique().to_list()
    texts = [base64.b64encode(b'{"place":%d}' % p).decode() for p in unique]
    return places.replace_strict(unique, texts, return_dtype=pl.String)


def _quoted_or_null(texts: pl.Series, shown: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"text": texts, "shown": shown})
    quoted = pl.concat_str(pl.lit('"'), "text", pl.lit('"'))
    return frame.select(pl.when("shown").then(quoted).otherwise(pl.lit("null"))).to_series()


def _place(cursor: str) -> int:
    try:
        return int(base64.b64decode(cursor).decode().removeprefix('{"place":').removesuffix("}"))
    except ValueError as error:
        raise InvalidCursorError(cursor) from error


class InvalidCursorError(Exception):
    """A cursor that this server never gave."""
