"""What is known of each source: its last load, rows, cursor and age."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

from ingestion.kit.gaps import open_gaps
from ingestion.load.seams import cursors
from ingestion.registry import SOURCES
from ingestion.source import Source
from shophouse.settings import Settings


@dataclass(frozen=True)
class SourceStatus:
    """A source's state.

    Attributes:
        title: its name.
        configured: whether its settings are there.
        last_success: instant of the last committed load (UTC); None before the first.
        rows: rows over its tables.
        cursor: its cursors, a line for each store or account; empty where it keeps none.
        gaps: open gaps, a sentence each, oldest first.
        freshness: fresh, stale (a warning), too old (an error), or never loaded; and whether its settings are missing.
    """

    title: str
    configured: bool
    last_success: datetime | None
    rows: int
    cursor: str
    freshness: str
    gaps: tuple[str, ...] = ()


def source_statuses(settings: Settings, now: datetime) -> list[SourceStatus]:
    """The state of every source at an instant.

    Args:
        settings: the state folder.
        now: the instant that ages are counted to (UTC).

    Raises:
        duckdb.IOException: a writer holds the raw database at this moment.
    """
    if not settings.raw_db.exists():
        return [_status(source, None, 0, "", now, ()) for source in SOURCES.values()]
    with duckdb.connect(settings.raw_db, read_only=True) as connection:
        return list(_read(connection, now))


def _read(connection: duckdb.DuckDBPyConnection, now: datetime) -> Iterator[SourceStatus]:
    tables = set(connection.execute("select schema_name, table_name from duckdb_tables()").fetchall())
    for source in SOURCES.values():
        present = [t.name for t in source.tables if (source.name, t.name) in tables]
        rows = sum(_count(connection, source.name, table) for table in present)
        last, kept = _last_load(connection, source, tables), _state(connection, source, tables)
        yield _status(source, last, rows, "\n".join(_cursor_lines(kept)), now, open_gaps(kept))


def _count(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> int:
    row = connection.execute(f'select count(*) from "{schema}"."{table}"').fetchone()
    return int(row[0]) if row else 0


def _last_load(connection: duckdb.DuckDBPyConnection, source: Source, tables: set[tuple[str, str]]) -> datetime | None:
    if (source.name, "_dlt_loads") not in tables:
        return None
    query = f'select epoch(max(inserted_at)) from "{source.name}"._dlt_loads where status = 0'
    row = connection.execute(query).fetchone()
    return datetime.fromtimestamp(row[0], UTC) if row and row[0] else None


def _state(connection: duckdb.DuckDBPyConnection, source: Source, tables: set[tuple[str, str]]) -> dict[str, Any]:
    if (source.name, "_dlt_pipeline_state") not in tables:
        return {}
    query = f'select state from "{source.name}"._dlt_pipeline_state order by version desc limit 1'
    row = connection.execute(query).fetchone()
    if row is None:
        return {}
    state: dict[str, Any] = cursors(row[0]).get(source.name, {})
    return state


def _cursor_lines(kept: Mapping[str, Any]) -> Iterator[str]:
    for name, value in sorted(kept.items()):
        if name in ("resources", "gaps"):
            continue
        words = name.removesuffix("_by_account").replace("_", " ")
        for part, position in sorted(value.items() if isinstance(value, dict) else [(None, value)]):
            # What is still to be read again is a collection, and its size says enough.
            told = len(position) if isinstance(position, dict | list) else position
            if told:
                yield f"{words} of {part}: {told}" if part else f"{words}: {told}"


def _status(
    source: Source, last: datetime | None, rows: int, cursor: str, now: datetime, gaps: tuple[str, ...]
) -> SourceStatus:
    configured = not source.missing_settings()
    return SourceStatus(source.title, configured, last, rows, cursor, _freshness(source, configured, last, now), gaps)


def _freshness(source: Source, configured: bool, last: datetime | None, now: datetime) -> str:
    if last is None:
        return "never loaded" if configured else "not configured"
    age = _age(source, now - last)
    return age if configured else f"{age}, not configured"


def _age(source: Source, age: timedelta) -> str:
    if source.error_after is not None and age > source.error_after:
        return "too old"
    if source.warn_after is not None and age > source.warn_after:
        return "stale"
    return "fresh"
