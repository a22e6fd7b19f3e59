"""A table's fields in a vendor's JSON: one mapping gives what is asked, the answer's type and the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import pyarrow as pa

from ingestion.contract import RawTable

Path = tuple[str, ...]
"""Members on the way to a value; one that is a list is written ``fees[]``, and what follows lies in its elements."""

EACH = "[]"


@dataclass(frozen=True)
class Fields:
    """Where a table's columns lie in a row of an answer.

    Attributes:
        table: where the rows land.
        paths: members from the row down to the value, by column; other columns are computed.
        types: of values, by column, that are neither text nor, for a double, a number; in a list, of each.
    """

    table: RawTable
    paths: Mapping[str, Path]
    types: Mapping[str, pl.DataType] = field(default_factory=dict)

    @property
    def row(self) -> pl.Struct:
        """Type of one row of the answer."""
        tree: dict[str, Any] = {}
        for column, path in self.paths.items():
            *parents, leaf = path
            node = tree
            for parent in parents:
                node = node.setdefault(parent, {})
            node[leaf] = self.type_of(column)
        return _struct(tree)

    def type_of(self, column: str) -> pl.DataType:
        """Type of a column's value as it is sent."""
        if column in self.types:
            return self.types[column]
        return pl.Float64() if self.table.schema.field(column).type == pa.float64() else pl.String()

    def sent(self, column: str) -> pl.Expr:
        """A column's value, over rows with a column per top member; null where an object on the way is.

        With a list on the way it is the list of the values.
        """
        first, *rest = self.paths[column]
        return _below(pl.col(first.removesuffix(EACH)), first, rest)


def own(*names: str) -> dict[str, Path]:
    """Paths of columns that are called as the vendor calls them."""
    return {name: (name,) for name in names}


def camel(name: str) -> str:
    """A name in snake case as JSON APIs write it: ``cost_micros`` is costMicros."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _below(value: pl.Expr, member: str, steps: list[str]) -> pl.Expr:
    if not steps:
        return value
    step, *further = steps
    if member.endswith(EACH):
        return value.list.eval(_below(pl.element().struct.field(step.removesuffix(EACH)), step, further))
    return _below(value.struct.field(step.removesuffix(EACH)), step, further)


def _struct(tree: Mapping[str, Any]) -> pl.Struct:
    return pl.Struct({name.removesuffix(EACH): _type(name, node) for name, node in tree.items()})


def _type(member: str, node: Any) -> pl.DataType:
    kind: pl.DataType = _struct(node) if isinstance(node, dict) else node
    return pl.List(kind) if member.endswith(EACH) else kind
