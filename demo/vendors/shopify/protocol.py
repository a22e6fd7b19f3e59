"""What fields and the renderer know of each other: shapes of objects, rows under work, and the two protocols."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import polars as pl
from graphql import FieldNode, GraphQLField, GraphQLObjectType

from demo.vendors.shopify.request import Request, Sizes
from demo.vendors.shopify.store import MerchantError, Store
from demo.vendors.shopify.texts import Piece, joined

LINE, PARENT_LINE = "_line", "_parent_line"
"""In bulk operations: id of the line that a row is part of (its own where there is none), and of the line above it.

Only nodes of connections become lines, not the objects inside them: what hangs below such an object names the node
around it as its parent.
"""


@dataclass
class Json:
    """The JSON text of a value for every row of a sheet."""

    pieces: list[Piece]
    is_null: pl.Expr | None = None

    def inline(self) -> list[Piece]:
        """The pieces, as they stand in the text of the object around them."""
        if self.is_null is None:
            return self.pieces
        return [pl.when(self.is_null).then(pl.lit("null")).otherwise(joined(self.pieces))]


class Sheet:
    """Rows under work: a frame that computed columns are attached to."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self._attached = 0

    def attach(self, values: pl.Series) -> pl.Expr:
        """Adds a computed column; returns the expression that reads it."""
        name = f"_{self._attached}_"
        self._attached += 1
        self.frame = self.frame.with_columns(values.alias(name))
        return pl.col(name)

    def series(self, expression: pl.Expr) -> pl.Series:
        """An expression's value for every row."""
        return self.frame.select(expression.alias("value")).to_series()


@dataclass
class At:
    """The place where a field is rendered.

    Attributes:
        render: the renderer at work.
        sheet: the rows.
        type: the object type that the field belongs to.
        field: the field's definition in the schema.
        nodes: the field's selections in the document.
        present: which rows have the object around the field; None: all.
        lines: where a bulk operation collects the lines of connections; None: connections are nested.
    """

    render: Rendering
    sheet: Sheet
    type: GraphQLObjectType
    field: GraphQLField
    nodes: list[FieldNode]
    present: pl.Series | None = None
    lines: list[Lines] | None = None

    @property
    def arguments(self) -> dict[str, Any]:
        """The field's arguments, coerced."""
        return self.render.request.arguments(self.field, self.nodes[0])

    @property
    def line(self) -> pl.Series:
        """In a bulk operation, the id of the line that each row is part of; null where a line has none."""
        frame = self.sheet.frame
        known = next((c for c in (LINE, "id") if c in frame.columns), None)
        return frame[known] if known else pl.Series(values=[None] * frame.height, dtype=pl.String)

    def selected(self, type_name: str) -> dict[str, list[FieldNode]]:
        """Selected fields of the field's value by response key."""
        return self.render.request.subfields(type_name, self.nodes)

    def require(self, values: pl.Series) -> None:
        """Checks a non-null field.

        Raises:
            MerchantError: a row has no value.
        """
        missing = values.is_null() if self.present is None else values.is_null() & self.present
        if not missing.any():
            return
        row = self.sheet.frame.row(missing.arg_true()[0], named=True)
        key = {k: row[k] for k in ("id", "order_id") if k in row}
        raise MerchantError(
            f"shopify: {self.type.name}.{self.nodes[0].name.value} is {self.field.type} in Shopify's schema, but the "
            f"merchant's row {key} has none ({int(missing.sum())} rows); give the column a value in the merchant"
        )


@dataclass
class Lines:
    """Lines of a connection in a bulk file: the row number of each line's parent, and the lines by level."""

    parents: pl.Series
    levels: list[pl.Series]


class Field(Protocol):
    """A kind of field."""

    def needs(self, render: Rendering, nodes: list[FieldNode]) -> set[str]:
        """Columns of the field's own row that it reads."""

    def json(self, at: At) -> Json | None:
        """The field's value; None: it became lines of a bulk file."""


@dataclass(frozen=True)
class Shape:
    """An object type, or an abstract type whose rows are of different object types.

    Attributes:
        type: name in the schema.
        fields: of the object type; of all cases where there are cases.
        case: the row's object type, where the type is abstract.
        cases: object types and the fields that only they have.
    """

    type: str
    fields: Mapping[str, Field]
    case: pl.Expr | None = None
    cases: Mapping[str, Mapping[str, Field]] = field(default_factory=dict)

    def by_type(self) -> dict[str, dict[str, Field]]:
        """All fields of every object type that the shape may be."""
        if self.case is None:
            return {self.type: dict(self.fields)}
        return {name: {**self.fields, **own} for name, own in self.cases.items()}


@dataclass(frozen=True)
class Kind(Shape):
    """A shape whose rows are those of a table.

    Attributes:
        table: of the contract, or a view of the store.
        order: columns that put rows of one parent in order.
    """

    table: str = ""
    order: tuple[str, ...] = ("id",)


KINDS: dict[str, Kind] = {}
"""Kinds by name, so that they can refer to each other."""


@dataclass(frozen=True)
class Objects:
    """JSON text of objects, and what a bulk operation takes out of them as lines."""

    texts: pl.Series
    lines: list[Lines]


class Rendering(Protocol):
    """The renderer at work, as fields see it."""

    request: Request
    store: Store
    sizes: Sizes

    def needs(self, shape: Shape, nodes: list[FieldNode]) -> set[str]:
        """Columns that a selection reads of a shape's rows."""

    def children(
        self,
        kind: Kind,
        key: str,
        parents: pl.Series,
        nodes: list[FieldNode],
        hidden: str | None = None,
        query: str | None = None,
    ) -> pl.DataFrame:
        """Rows of a kind that point at the parents."""

    def one(
        self,
        kind: Kind,
        key: str,
        parents: pl.Series,
        nodes: list[FieldNode],
        keep: Literal["first", "last"] = "last",
        line: pl.Series | None = None,
    ) -> Objects:
        """One object per parent, null where there is none."""

    def objects(
        self, frame: pl.DataFrame, shape: Shape, nodes: list[FieldNode], present: pl.Series | None = None
    ) -> Objects:
        """One object per row."""

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

    def bulk_lines(self, kind: Kind, rows: pl.DataFrame, nodes: list[FieldNode]) -> Lines:
        """Lines of rows and of all that hangs below them, for a bulk file."""
