"""How a load meets the tables that are there: one DuckDB transaction per load.

dlt extracts, evolves the schema, packages and keeps state. Its own merge jobs are not used, for three reasons
(dlt 1.31): each table is its own transaction, so a killed load leaves some tables new and some old; delete-insert
with a primary key and a merge key deletes by ``key or merge_key``, which DuckDB runs as a nested loop; and scd2
wants a row hash per Arrow row and cannot close a slice that came back empty. So dlt's jobs only note their Parquet
files (``seams.py``), and at dlt's commit point every table, the state and the load's row are written at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion.contract import RawTable, Write
from ingestion.load.empty_tables import LOAD_ID, VALID_FROM, VALID_TO
from ingestion.load.shrinkage import refuse_shrinkage


@dataclass
class Landing:
    """One load on its way into ``raw.duckdb``.

    Attributes:
        source: schema of the tables.
        tables: the source's contract.
        as_of: boundary between an old and a new version of a VERSIONED row.
        full_refresh: tables that a full refresh replaces are replaced.
        smallest_share: of the rows it takes away, that a load must bring.
        files: Parquet files of the load by table, noted by dlt's jobs.
        slices: slices that were read, whether or not rows came with them, by table.
        scopes: scopes that were read whole, whether or not rows came with them, by table.
        touched: tables of which the extraction yielded anything, empty or not.
    """

    source: str
    tables: Mapping[str, RawTable]
    as_of: datetime
    full_refresh: bool
    smallest_share: float
    files: dict[str, list[Path]] = field(default_factory=dict)
    slices: dict[str, list[pa.Table]] = field(default_factory=dict)
    scopes: dict[str, list[pa.Table]] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)

    def write(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Writes every table of the load; the caller holds the transaction.

        Raises:
            SourceError: a replacing load is too small.
        """
        names = sorted(self.files.keys() | self.slices.keys() | self.scopes.keys())
        landings = {name: _TableLanding(self, self.tables[name], connection) for name in names if name in self.tables}
        # Asked of every table before any is written: children go by what is stored of their parent.
        outdated = {name: keys for name, landing in landings.items() if (keys := landing.outdated())}
        for name in names:
            if name in landings:
                landings[name].write(outdated)
            else:
                target = f'"{self.source}"."{name}"'
                connection.execute(f"insert into {target} by name select * from {_parquet(self.files[name])}")


class _TableLanding:
    """One table of a load."""

    def __init__(self, landing: Landing, table: RawTable, connection: duckdb.DuckDBPyConnection) -> None:
        self._landing = landing
        self._table = table
        self._connection = connection
        self._target = f'"{landing.source}"."{table.name}"'
        self._columns = self._target_columns()
        self._staged = self._stage()
        self._left_out: str | None = None

    def outdated(self) -> str | None:
        """Keys of the load's rows of which a newer version is stored, as a table; None where there are none."""
        table = self._table
        if self._is_replaced() or table.version is None or table.merge_key or not self._count(self._target):
            return None
        keys = f'"_outdated_{table.name}"'
        selected = ", ".join(f'staged."{column}"' for column in table.key)
        self._connection.execute(
            f"""
            create temp table {keys} as
            select {selected}
            from {self._staged} as staged
            inner join {self._target} as stored on {_equal("staged", "stored", table.key)}
            where stored."{table.version}" > staged."{table.version}"
            """
        )
        return keys if self._count(keys) else None

    def write(self, outdated: Mapping[str, str]) -> None:
        """Writes the table.

        Args:
            outdated: keys of rows of this load that are older than what is stored, by table; they, or the slices
                that hang on them, are left out.
        """
        if self._table.write is Write.VERSIONED:
            self._write_versions()
        elif self._is_replaced():
            self._replace()
        else:
            decisive = self._table.parent or self._table.name
            if decisive in outdated:
                self._leave_out(outdated[decisive], self._landing.tables[decisive].key)
            if not self._says_the_same_again():
                self._merge()
        for gathered in ("_slices", "_scopes"):
            self._connection.execute(f"drop table if exists {gathered}")

    def _is_replaced(self) -> bool:
        table = self._table
        return table.write is Write.REPLACE or (self._landing.full_refresh and table.replaced_by_full_refresh)

    def _leave_out(self, outdated: str, columns: Sequence[str]) -> None:
        table = self._table
        own = table.merge_key if table.parent else table.key
        renamed = ", ".join(f'"{theirs}" as "{ours}"' for theirs, ours in zip(columns, own, strict=True))
        self._left_out = f"(select {renamed} from {outdated})"
        kept = f'"_kept_{table.name}"'
        self._connection.execute(
            f"""
            create temp view {kept} as
            select * from {self._staged} as staged where not {_exists(self._left_out, "outdated", "staged", own)}
            """
        )
        self._staged = kept

    def _replace(self) -> None:
        if self._table.name not in self._landing.touched:
            return
        scope = self._table.scope
        stored = f"{self._target} as stored"
        if scope:
            stored += f" where {_exists(self._staged_scopes(), 'scope', 'stored', scope)}"
        replaced = f"(select * from {stored})"
        self._refuse_shrinkage(replaced, self._staged)
        self._connection.execute(f"delete from {stored}")
        self._insert()

    def _refuse_shrinkage(self, before: str, after: str, within: Sequence[str] = ()) -> None:
        landing = self._landing
        refuse_shrinkage(
            self._connection, landing.source, self._table, before, after, landing.smallest_share, within=within
        )

    def _says_the_same_again(self) -> bool:
        """Whether slices that were read once more (the day's stock) hold what they held, but for when they were read.

        They stay as they were: what is built from them is built again only where something is new.
        """
        table = self._table
        if table.version is None or not table.merge_key or table.parent:
            return False
        columns = _names([c for c in self._columns if c not in (LOAD_ID, table.version)])
        stored = f"select {columns} from {self._target} as stored where " + _exists(
            self._staged_slices(), "slice", "stored", table.merge_key
        )
        sent = f"select {columns} from {self._staged}"
        return not self._count(f"(({stored} except {sent}) union all ({sent} except {stored}))")

    def _merge(self) -> None:
        table = self._table
        if self._count(self._target):
            if table.merge_key or table.name in self._landing.slices:
                self._delete_matching(table.slice_key, self._staged_slices())
            if not set(table.merge_key) <= set(table.key) or not table.merge_key:
                self._delete_matching(table.key, self._staged)
        self._insert()

    def _write_versions(self) -> None:
        """Closes current versions that changed or vanished within the slices read, and adds the new ones.

        A version that began at or after ``as_of`` is replaced instead of closed: no version lasts no time.

        Raises:
            SourceError: an answer would close too much of what is current.
        """
        self._refuse_vanishing()
        compared = [c for c in self._columns if c not in (LOAD_ID, VALID_FROM, VALID_TO)]
        same = _equal("current", "staged", compared)
        in_slice = (
            _exists(self._staged_slices(), "slice", "current", self._table.merge_key)
            if self._table.merge_key
            else "true"
        )
        gone = f"""
            current.{VALID_TO} is null and {in_slice}
            and not exists (select 1 from {self._staged} as staged where {same})
        """
        self._connection.execute(
            f"delete from {self._target} as current where {gone} and current.{VALID_FROM} >= ?", [self._landing.as_of]
        )
        self._connection.execute(
            f"update {self._target} as current set {VALID_TO} = ? where {gone}", [self._landing.as_of]
        )
        columns = _names(self._columns)
        self._connection.execute(
            f"""
            insert into {self._target} ({columns})
            select {columns} from {self._staged} as staged
            where not exists (select 1 from {self._target} as current where current.{VALID_TO} is null and {same})
            """
        )

    def _refuse_vanishing(self) -> None:
        """Compares each answer with the current versions of the slices that it is said to hold."""
        table = self._table
        if not table.scope:
            return
        within = [column for column in table.merge_key if column not in table.scope]
        for declared in self._landing.slices.get(table.name, []):
            self._connection.register("_declared", declared)
            stored, sent = (_exists("_declared", "slice", rows, table.merge_key) for rows in ("current", "staged"))
            before = f"(select * from {self._target} as current where current.{VALID_TO} is null and {stored})"
            after = f"(select * from {self._staged} as staged where {sent})"
            self._refuse_shrinkage(before, after, within)
            self._connection.unregister("_declared")

    def _delete_matching(self, key: Sequence[str], rows: str) -> None:
        condition = _exists(rows, "incoming", "stored", key)
        self._connection.execute(f"delete from {self._target} as stored where {condition}")

    def _insert(self) -> None:
        columns = _names(self._columns)
        self._connection.execute(f"insert into {self._target} ({columns}) select {columns} from {self._staged}")

    def _stage(self) -> str:
        """The load's rows with one row per key: the greatest version, else the last one read."""
        staged = f'"_staged_{self._table.name}"'
        files = self._landing.files.get(self._table.name)
        if not files:
            self._connection.execute(f"create temp table {staged} as select * from {self._target} limit 0")
            return staged
        rows = _parquet(files)
        sent = {row[0] for row in self._connection.execute(f"describe select * from {rows}").fetchall()}
        self._columns = [c for c in self._columns if c in sent]
        key = _names(self._table.key)
        newest = f'"{self._table.version}" desc nulls last, ' if self._table.version else ""
        selected = f"select {_names(self._columns)} from {rows}"
        if self._has_duplicates(rows):
            order = f"{newest}file_index desc, file_row_number desc"
            selected += f" qualify row_number() over (partition by {key} order by {order}) = 1"
            self._connection.execute(f"create temp table {staged} as {selected}")
        else:
            # Nothing to settle: the files are read where they lie, without a copy.
            self._connection.execute(f"create temp view {staged} as {selected}")
        return staged

    def _staged_slices(self) -> str:
        """The slices that this load has read, as a table."""
        self._gather("_slices", self._table.slice_key, self._landing.slices)
        if self._left_out:
            left_out = _exists(self._left_out, "outdated", "slice", self._table.slice_key)
            self._connection.execute(f"delete from _slices as slice where {left_out}")
        return "_slices"

    def _staged_scopes(self) -> str:
        """The scopes that this load has read, as a table."""
        self._gather("_scopes", self._table.scope, self._landing.scopes)
        return "_scopes"

    def _gather(self, name: str, columns: Sequence[str], declared: Mapping[str, list[pa.Table]]) -> None:
        """Makes a table of the columns' values in the load's rows and in what the source declared as read."""
        keys = _names(columns)
        self._connection.execute(f"create or replace temp table {name} as select distinct {keys} from {self._staged}")
        for batch in declared.get(self._table.name, []):
            self._connection.register("_declared", batch)
            self._connection.execute(f"insert into {name} select distinct {keys} from _declared")
            self._connection.unregister("_declared")

    def _has_duplicates(self, rows: str) -> bool:
        """Hashes of the key first: exact on "no", and cheap; a collision only costs the exact pass."""
        key = _names(self._table.key)
        result = self._connection.execute(f"select count(*) - count(distinct hash({key})) from {rows}").fetchone()
        return bool(result and result[0])

    def _count(self, relation: str) -> int:
        row = self._connection.execute(f"select count(*) from {relation}").fetchone()
        assert row is not None
        return int(row[0])

    def _target_columns(self) -> list[str]:
        rows = self._connection.execute(f"describe {self._target}").fetchall()
        return [row[0] for row in rows]


def _parquet(files: Sequence[Path]) -> str:
    ordered = sorted(files, key=lambda file: (file.stat().st_mtime_ns, file.name))
    listed = ", ".join("'" + file.as_posix().replace("'", "''") + "'" for file in ordered)
    return f"read_parquet([{listed}], union_by_name = true)"


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _equal(left: str, right: str, columns: Sequence[str]) -> str:
    return " and ".join(f'{left}."{column}" is not distinct from {right}."{column}"' for column in columns)


def _exists(rows: str, alias: str, outer: str, key: Sequence[str]) -> str:
    return f"exists (select 1 from {rows} as {alias} where {_equal(alias, outer, key)})"
