"""Declared tables as dbt's source YAML: grain, columns, types and meaning are written by hand nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from shophouse.ddl import sql_type
from shophouse.tables import Column, Table


def source_entry(name: str, description: str, database: str, tables: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """A source of dbt: a schema and its tables; the database is one of DuckDB's, as Spark has schemas only."""
    return {
        "name": name,
        "description": description,
        "database": f'{{{{ "{database}" if target.type == "duckdb" else none }}}}',
        "schema": name,
        "tables": list(tables),
    }


def table_entry(schema: str, table: Table, added: Iterable[Column] = ()) -> dict[str, Any]:
    """A table of a source, under the asset key ``schema/table``.

    Args:
        schema: of the table.
        table: the declaration.
        added: columns that whoever writes the table adds to the declared ones.
    """
    return {
        "name": table.name,
        "description": table.description,
        "config": {"meta": {"dagster": {"asset_key": [schema, table.name]}}},
        "columns": [_column(column) for column in (*table.columns, *added)],
    }


def document(entries: dict[str, Any], made_from: str) -> str:
    """The text of a YAML file of dbt.

    Args:
        entries: what it holds, e.g. ``sources``.
        made_from: the file or folder to edit instead.

    Returns:
        YAML in the manner of the hand-written files (lists indented, keys in the order given), with a header that says
        where it comes from.
    """
    header = f"# Written by `python -m orchestration.codegen` from {made_from}; edit that and run it again.\n"
    text = yaml.dump(entries, sort_keys=False, allow_unicode=True, width=120, Dumper=_IndentedDumper)
    return header + text


def personal(column: Column) -> dict[str, Any]:
    """The entry of a column that marks it as personal data; nothing for any other column."""
    return {"config": {"tags": ["pii"], "meta": {"pii": True}}} if column.pii else {}


class _IndentedDumper(yaml.SafeDumper):
    """Indents lists below their key, as the hand-written YAML does."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


def _column(column: Column) -> dict[str, Any]:
    entry = {
        "name": column.name,
        "description": column.description,
        "data_type": sql_type(column.type),
    }
    return entry | personal(column)
