"""What is stored of each slice that reports fill, so that a source can tell an answer that lost most of it."""

from __future__ import annotations

import pyarrow as pa

from ingestion.contract import RawTable, Write
from ingestion.load.empty_tables import VALID_TO
from ingestion.load.raw_db import open_raw
from ingestion.source import Source
from shophouse.settings import Settings


def held_rows(source: Source, settings: Settings) -> dict[str, pa.Table]:
    """How many rows hold now of each slice.

    Args:
        source: whose tables; all of them exist.
        settings: names ``raw.duckdb``.

    Returns:
        Merge key and ``rows``, by table.

    Raises:
        SourceError: the database is held by another process.
    """
    sliced = [table for table in source.tables if _is_sliced(table)]
    if not sliced:
        return {}
    with open_raw(settings, source.name) as connection:
        held: dict[str, pa.Table] = {}
        for table in sliced:
            now = f"{VALID_TO} is null" if table.write is Write.VERSIONED else "true"
            keys = ", ".join(f'"{column}"' for column in table.merge_key)
            held[table.name] = connection.execute(
                f'select {keys}, count(*) as rows from "{source.name}"."{table.name}" where {now} group by all'
            ).to_arrow_table()
        return held


def _is_sliced(table: RawTable) -> bool:
    """Whether a load replaces slices of the table that no version of a row and no parent decides about."""
    return bool(table.merge_key) and table.parent is None and table.version is None
