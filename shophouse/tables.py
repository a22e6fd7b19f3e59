"""What a table is, said once: raw, forecast and decision tables are all declared with these.

The Arrow schema, the DuckDB table (:mod:`shophouse.ddl`) and dbt's source YAML (:mod:`shophouse.dbt_sources`)
derive from a declaration.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl
import pyarrow as pa

MONEY = pa.decimal128(18, 6)
"""Amounts as sent, below a million million; wider decimals are 128-bit, and narrowing those costs 50 times as much."""


@dataclass(frozen=True)
class Column:
    """A column: its Arrow type, whether it may be null, and what it means: unit, formula, when it is null."""

    name: str
    type: pa.DataType
    description: str = ""
    nullable: bool = True
    pii: bool = False


@dataclass(frozen=True)
class Table:
    """A table.

    Args:
        name: snake case, the table's name in its schema.
        description: starts with the grain ("One row per ...").
        columns: in order.
        key: columns that are unique together and never null.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    _schema: pa.Schema = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        keys = set(self.key)
        fields = [pa.field(c.name, c.type, nullable=c.nullable and c.name not in keys) for c in self.columns]
        object.__setattr__(self, "_schema", pa.schema(fields))
        missing = keys - {c.name for c in self.columns}
        if missing:
            raise ValueError(f"table {self.name}: key columns {sorted(missing)} are not declared")

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema, nullability included (key columns are never null)."""
        return self._schema

    @property
    def polars_schema(self) -> pl.Schema:
        """The same schema for polars."""
        frame = pl.from_arrow(self._schema.empty_table())
        assert isinstance(frame, pl.DataFrame)
        return frame.schema

    def empty(self) -> pa.Table:
        """An empty table of this schema."""
        return self._schema.empty_table()


def text(name: str, description: str = "", *, pii: bool = False) -> Column:
    """A text column; vendors' ids are text, verbatim."""
    return Column(name, pa.string(), description, pii=pii)


def money(name: str, description: str = "") -> Column:
    """A money column, DECIMAL(18, 6), in the row's currency."""
    return Column(name, MONEY, description)


def integer(name: str, description: str = "") -> Column:
    """A 64-bit integer column."""
    return Column(name, pa.int64(), description)


def small_integer(name: str, description: str = "") -> Column:
    """A 32-bit integer column, for counts of days and the like."""
    return Column(name, pa.int32(), description)


def number(name: str, description: str = "") -> Column:
    """A double column, for measures that vendors send as floating point (never money)."""
    return Column(name, pa.float64(), description)


def flag(name: str, description: str = "") -> Column:
    """A boolean column."""
    return Column(name, pa.bool_(), description)


def instant(name: str, description: str = "") -> Column:
    """A UTC instant with microseconds."""
    return Column(name, pa.timestamp("us", tz="UTC"), description)


def day(name: str, description: str = "") -> Column:
    """A calendar date."""
    return Column(name, pa.date32(), description)


def columns(*items: Column | Iterable[Column]) -> tuple[Column, ...]:
    """Flattens columns and groups of columns into one tuple."""
    flat: list[Column] = []
    for item in items:
        flat.extend([item] if isinstance(item, Column) else item)
    return tuple(flat)


def local_time(name: str, description: str = "") -> Column:
    """A wall-clock time without zone, as spreadsheets hold it; a zone column or setting beside it gives the instant."""
    return Column(name, pa.timestamp("us"), description)


def conform(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Casts a frame to a table's columns, in order; columns that it lacks become null.

    Args:
        table: the declaration.
        frame: any subset of the table's columns.

    Returns:
        the frame in the table's schema.
    """
    schema = table.polars_schema
    missing = [pl.lit(None, dtype=dtype).alias(c) for c, dtype in schema.items() if c not in frame.columns]
    return frame.with_columns(missing).select(pl.col(c).cast(dtype) for c, dtype in schema.items())
