"""The raw contract: every table that a source lands, declared once.

A source declares its tables here and nowhere else; the Arrow schema that dlt loads, the empty table of a
source without credentials, dbt's source YAML and the merchant tables of the local API server derive from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl
import pyarrow as pa

MONEY = pa.decimal128(18, 6)
"""Amounts as sent, below a million million; wider decimals are 128-bit, and narrowing those costs 50 times as much."""


class Write(StrEnum):
    """How rows of a load meet the rows that are there."""

    MERGE = "merge"
    """Delete rows with the same key (``merge_key`` if given, else ``key``), then insert: the newest load wins, unless
    it brings an older ``version`` than the one that is stored."""
    REPLACE = "replace"
    """The load is the whole table."""
    VERSIONED = "versioned"
    """Keep every version of a row (SCD2): a changed or vanished row within the loaded ``merge_key`` is closed."""


@dataclass(frozen=True)
class Column:
    """A raw column: its Arrow type, nullability and what it means."""

    name: str
    type: pa.DataType
    description: str = ""
    nullable: bool = True
    pii: bool = False


@dataclass(frozen=True)
class Table:
    """A raw table.

    Args:
        name: snake-case plural, the table's name in its source's schema.
        description: starts with the grain ("One row per ...").
        columns: in order of landing.
        key: columns that are unique together and never null.
        write: how a load is written.
        merge_key: columns whose values name the slice that a load replaces as a whole
            (children of a changed order, the dates of a re-read window); empty: row by row on ``key``.
        version: column that orders two versions of one row; the greatest wins, whichever was read last.
        parent: table whose key is this table's ``merge_key`` and whose rows are read with this table's slices: what
            comes with an older version of the parent than the stored one is left out.
        replaced_by_full_refresh: a full refresh is the whole table, so rows that the vendor deleted go. Only for
            tables of which the vendor still sends every row; never for snapshots, history or bounded retention.
        scope: columns that say whose rows these are (the store). A replacement is of the scopes that were read: rows
            of another one, say of a store that is not configured any more, stay. Empty: the table is one whole.
            For a VERSIONED table: whose rows are counted together in the slices that one batch declares as read; an
            answer that would close too many of them is refused. Empty: a slice may well come back empty.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    write: Write = Write.MERGE
    merge_key: tuple[str, ...] = ()
    version: str | None = None
    parent: str | None = None
    replaced_by_full_refresh: bool = False
    scope: tuple[str, ...] = ()
    _schema: pa.Schema = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        keys = set(self.key)
        fields = [pa.field(c.name, c.type, nullable=c.nullable and c.name not in keys) for c in self.columns]
        object.__setattr__(self, "_schema", pa.schema(fields))
        missing = (keys | set(self.merge_key) | set(self.scope)) - {c.name for c in self.columns}
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
