"""Refuses a load that would lose much of what is stored: an empty answer looks like a shop that sells nothing."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from ingestion.contract import RawTable
from ingestion.source import SourceError

SETTING = "SHOPHOUSE_SMALLEST_SHARE"


def refuse_shrinkage(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    table: RawTable,
    before: str,
    after: str,
    smallest_share: float,
    within: Sequence[str] = (),
) -> None:
    """Compares the rows that a load takes away with those that it brings, for each value of the table's ``scope``.

    Args:
        connection: of the load.
        source: named in the error.
        table: its ``scope`` says whose rows are counted together; none: all of them.
        before: SQL relation of the rows that the load takes away.
        after: SQL relation of the rows that it brings in their place.
        smallest_share: of rows kept; 0: nothing is refused.
        within: columns whose range is named in the error, where the load is of a part of the scope.

    Raises:
        SourceError: too few rows; names table, scope, both counts, and the setting that lets the load pass.
    """
    stored, brought = (_counts(connection, table.scope, rows) for rows in (before, after))
    for scope, count in stored.items():
        now = brought.get(scope, 0)
        if now < count * smallest_share:
            owner = "".join(f", {column} {value}" for column, value in zip(table.scope, scope, strict=True))
            part = _ranges(connection, table.scope, scope, before, within)
            raise SourceError(
                source,
                f"table {table.name}{owner}{part} would shrink from {count:,} to {now:,} rows, below "
                f"{smallest_share:.0%}: the load was refused and nothing was changed",
                "run it again: the vendor may have answered in part; if it really holds so few rows, run it once with "
                f"{SETTING}=0 in the environment",
            )


def _counts(
    connection: duckdb.DuckDBPyConnection, scope: Sequence[str], relation: str
) -> dict[tuple[object, ...], int]:
    columns = "".join(f'"{column}", ' for column in scope)
    rows = connection.execute(f"select {columns}count(*) from {relation} group by all order by all").fetchall()
    return {tuple(values): int(count) for *values, count in rows}


def _ranges(
    connection: duckdb.DuckDBPyConnection,
    scope: Sequence[str],
    values: Sequence[object],
    relation: str,
    columns: Sequence[str],
) -> str:
    if not columns:
        return ""
    bounds = ", ".join(f'min("{column}")::varchar, max("{column}")::varchar' for column in columns)
    condition = " and ".join(['"' + column + '" is not distinct from ?' for column in scope] or ["true"])
    row = connection.execute(f"select {bounds} from {relation} where {condition}", list(values)).fetchone()
    assert row is not None
    return "".join(f", {c} {row[2 * n]} to {row[2 * n + 1]}" for n, c in enumerate(columns))
