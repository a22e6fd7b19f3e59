"""The raw contract: every table that a source lands, declared once.

A source declares its tables here and nowhere else; the Arrow schema that dlt loads, the empty table of a
source without credentials, dbt's source YAML and the merchant tables of the local API server derive from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shophouse.tables import Table


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
class RawTable(Table):
    """A raw table.

    Args:
        name, description, columns, key: as for every table; columns in order of landing.
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

    write: Write = Write.MERGE
    merge_key: tuple[str, ...] = ()
    version: str | None = None
    parent: str | None = None
    replaced_by_full_refresh: bool = False
    scope: tuple[str, ...] = ()

    @property
    def slice_key(self) -> tuple[str, ...]:
        """Columns that name a slice: a row alone where the table has no larger ones."""
        return self.merge_key or self.key

    def __post_init__(self) -> None:
        super().__post_init__()
        missing = (set(self.merge_key) | set(self.scope)) - {c.name for c in self.columns}
        if missing:
            raise ValueError(f"table {self.name}: key columns {sorted(missing)} are not declared")
