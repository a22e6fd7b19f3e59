"""A table's fields in a vendor's JSON: one mapping gives what is asked, the answer's type and the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import pyarrow as pa

from ingestion.contract import RawTable

Path = tuple[str, ...]


@dataclass(frozen=True)
class Fields:
    """Where a table's columns lie in a row of an answer.

    Attributes:
        table: where the rows land.
        paths: members from the row down to the value, by column; other columns are computed.
        types: of values, by column, that are neither text nor, for a double, a number.
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
        """A column's value, over rows with a column per top member; null where an object on the way is."""
        first, *rest = self.paths[column]
        value = pl.col(first)
        for name in rest:
            value = value.struct.field(name)
        return value


def own(*names: str) -> dict[str, Path]:
    """Paths of columns that are called as the vendor calls them."""
    return {name: (name,) for name in names}


def camel(name: str) -> str:
    """A name in snake case as JSON APIs write it: ``cost_micros`` is costMicros."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _struct(tree: Mapping[str, Any]) -> pl.Struct:
    return pl.Struct({name: _struct(node) if isinstance(node, dict) else node for name, node in tree.items()})
