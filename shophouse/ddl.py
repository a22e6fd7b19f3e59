"""Declared tables in DuckDB: created, extended by columns that their declaration has gained, and commented."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from shophouse.tables import Column, Table

_SQL_TYPES = {
    pa.string(): "varchar",
    pa.int32(): "integer",
    pa.int64(): "bigint",
    pa.float64(): "double",
    pa.bool_(): "boolean",
    pa.date32(): "date",
}


def sql_type(kind: pa.DataType) -> str:
    """DuckDB's name of an Arrow type.

    Raises:
        KeyError: no declared table has a column of that type.
    """
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision}, {kind.scale})"
    if pa.types.is_timestamp(kind):
        return "timestamp with time zone" if kind.tz else "timestamp"
    return _SQL_TYPES[kind]


def stored_columns(connection: duckdb.DuckDBPyConnection, schema: str) -> dict[str, frozenset[str]]:
    """Columns that the database holds, by table of a schema."""
    found = connection.execute(
        "select table_name, list(column_name) from duckdb_columns() "
        "where schema_name = ? and database_name = current_database() group by table_name",
        [schema],
    ).fetchall()
    return {table: frozenset(columns) for table, columns in found}


def create_or_extend(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    table: Table,
    stored: frozenset[str] | None,
    *,
    added: Iterable[Column] = (),
) -> None:
    """Creates a table, empty, or the columns that it lacks; rows that are there stay, null in a new column.

    Args:
        connection: to the database, writing.
        schema: of the table; it exists.
        table: the declaration.
        stored: columns of the stored table (:func:`stored_columns`); None: there is none.
        added: columns that whoever writes the table adds to the declared ones.
    """
    target = f'"{schema}"."{table.name}"'
    fields = [*table.schema, *(pa.field(column.name, column.type) for column in added)]
    if stored is None:
        columns = ", ".join(f'"{f.name}" {sql_type(f.type)}{"" if f.nullable else " not null"}' for f in fields)
        connection.execute(f"create table {target} ({columns})")
        return
    for field in fields:
        if field.name not in stored:
            connection.execute(f'alter table {target} add column "{field.name}" {sql_type(field.type)}')


def widen(connection: duckdb.DuckDBPyConnection, schema: str, tables: Iterable[Table]) -> None:
    """Gives decimals to stored columns of whole numbers that are declared to hold parts of them now.

    Args:
        connection: to the database, writing.
        schema: of the tables.
        tables: their declarations.
    """
    whole = set(
        connection.execute(
            "select table_name, column_name from duckdb_columns() where schema_name = ? and "
            "database_name = current_database() and data_type in ('INTEGER', 'BIGINT')",
            [schema],
        ).fetchall()
    )
    for table in tables:
        for field in table.schema:
            if pa.types.is_decimal(field.type) and (table.name, field.name) in whole:
                target = f'"{schema}"."{table.name}"'
                connection.execute(f'alter table {target} alter "{field.name}" type {sql_type(field.type)}')


def describe(connection: duckdb.DuckDBPyConnection, schema: str, table: Table) -> None:
    """Puts the declaration's words beside the stored table, for whoever opens the file."""
    target = f'"{schema}"."{table.name}"'
    connection.execute(f"comment on table {target} is {_literal(table.description)}")
    for column in table.columns:
        connection.execute(f'comment on column {target}."{column.name}" is {_literal(column.description)}')


def _literal(text: str) -> str:
    # A comment takes no parameter.
    return "'" + text.replace("'", "''") + "'"
