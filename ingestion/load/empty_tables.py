"""Every declared table exists from the start, empty, so that what reads it never asks whether its source is configured.

The DDL is what dlt would write for the same Arrow schema, without the seconds that a dlt load takes per source;
dlt compares its schema with the stored columns and finds nothing to add.
"""

from __future__ import annotations

from collections.abc import Iterable

from ingestion.contract import RawTable, Write
from ingestion.load.raw_db import open_raw
from ingestion.source import Source
from shophouse.ddl import create_or_extend, stored_columns, widen
from shophouse.settings import Settings
from shophouse.tables import Column, instant, text

LOAD_ID = "_dlt_load_id"
VALID_FROM = "_valid_from"
VALID_TO = "_valid_to"
LOADS = "_dlt_loads"
LOAD_COLUMN = text(LOAD_ID, "The load that brought the row; raw's _dlt_loads has its time.")
VERSION_COLUMNS = (
    instant(VALID_FROM, "Instant of the load from which this version holds."),
    instant(VALID_TO, "Instant of the load that replaced it; null: current."),
)
_LOADS_DDL = (
    "load_id varchar not null, schema_name varchar, status bigint not null, "
    "inserted_at timestamp with time zone not null, schema_version_hash varchar"
)

Columns = dict[str, frozenset[str]]
"""Columns by table of a schema."""


def create_empty_tables(sources: Iterable[Source], settings: Settings) -> dict[str, Columns]:
    """Creates what is missing of every declared table: the table, or a column that its declaration has gained.

    Returns:
        The columns that are then there, by source.

    Raises:
        SourceError: the database is held by another process.
    """
    known: dict[str, Columns] = {}
    with open_raw(settings, "shophouse") as connection:
        for source in sources:
            stored = stored_columns(connection, source.name)
            connection.execute(f'create schema if not exists "{source.name}"')
            connection.execute(f'create table if not exists "{source.name}"."{LOADS}" ({_LOADS_DDL})')
            widen(connection, source.name, source.tables)
            for table in source.tables:
                create_or_extend(connection, source.name, table, stored.get(table.name), added=added_columns(table))
            declared = {table.name: frozenset(table.schema.names) for table in source.tables}
            known[source.name] = {name: names | stored.get(name, frozenset()) for name, names in declared.items()}
    return known


def added_columns(table: RawTable) -> tuple[Column, ...]:
    """Columns that a load adds to the declared ones."""
    return (*VERSION_COLUMNS, LOAD_COLUMN) if table.write is Write.VERSIONED else (LOAD_COLUMN,)
