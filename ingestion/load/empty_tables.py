"""Every declared table exists from the start, empty, so that what reads it never asks whether its source is configured.

The DDL is what dlt would write for the same Arrow schema, without the seconds that a dlt load takes per source;
dlt compares its schema with the stored columns and finds nothing to add.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from ingestion.contract import Column, Table, Write, instant, text
from ingestion.load.raw_db import open_raw
from ingestion.source import Source
from shophouse.settings import Settings

LOAD_ID = "_dlt_load_id"
VALID_FROM = "_valid_from"
VALID_TO = "_valid_to"
LOADS = "_dlt_loads"
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
            for table in source.tables:
                _create(connection, f'"{source.name}"."{table.name}"', table, stored.get(table.name))
            declared = {table.name: frozenset(table.schema.names) for table in source.tables}
            known[source.name] = {name: names | stored.get(name, frozenset()) for name, names in declared.items()}
    return known


def stored_columns(connection: duckdb.DuckDBPyConnection, schema: str) -> Columns:
    """Columns that the database holds, by table of a schema."""
    found = connection.execute(
        "select table_name, list(column_name) from duckdb_columns() "
        "where schema_name = ? and database_name = current_database() group by table_name",
        [schema],
    ).fetchall()
    return {table: frozenset(columns) for table, columns in found}


def _create(connection: duckdb.DuckDBPyConnection, target: str, table: Table, stored: frozenset[str] | None) -> None:
    added: tuple[Column, ...] = (text(LOAD_ID),)
    if table.write is Write.VERSIONED:
        added = (instant(VALID_FROM), instant(VALID_TO), *added)
    fields = [*table.schema, *(pa.field(column.name, column.type) for column in added)]
    if stored is None:
        columns = ", ".join(f'"{f.name}" {_sql_type(f.type)}{"" if f.nullable else " not null"}' for f in fields)
        connection.execute(f"create table {target} ({columns})")
        return
    for field in fields:
        if field.name not in stored:
            connection.execute(f'alter table {target} add column "{field.name}" {_sql_type(field.type)}')


def _sql_type(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision}, {kind.scale})"
    if pa.types.is_timestamp(kind):
        return "timestamp with time zone" if kind.tz else "timestamp"
    return {
        pa.string(): "varchar",
        pa.int64(): "bigint",
        pa.float64(): "double",
        pa.bool_(): "boolean",
        pa.date32(): "date",
    }[kind]
