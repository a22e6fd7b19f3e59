"""Which relations are there: asked once, because DuckDB lists every table for each question."""

from __future__ import annotations

import duckdb

from orchestration.building.plan import Relation

_LOADED = ("_dlt_load_id", "_valid_to")
"""A raw table's row changes with its load only, or by the end of its version."""


class Catalog:
    """The relations of the attached files, as they are and as the builds change them.

    Args:
        connection: to the databases.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._kinds: dict[Relation, str] = {
            Relation(*names): kind
            for *names, kind in connection.execute(
                "select database_name, schema_name, table_name, 'table' from duckdb_tables() union all "
                "select database_name, schema_name, view_name, 'view' from duckdb_views() where not internal"
            ).fetchall()
        }
        self._loaded: dict[Relation, list[str]] = {}
        for *names, column in connection.execute(
            "select database_name, schema_name, table_name, column_name from duckdb_columns() "
            "where list_contains(?, column_name) order by column_name",
            [list(_LOADED)],
        ).fetchall():
            self._loaded.setdefault(Relation(*names), []).append(column)

    def kind(self, relation: Relation) -> str:
        """``table``, ``view``, or empty where there is no such relation."""
        return self._kinds.get(relation, "")

    def note(self, relation: Relation, kind: str) -> None:
        """Notes that a relation was made."""
        self._kinds[relation] = kind

    def loaded(self, relation: Relation) -> list[str]:
        """Columns that tell of a raw table's rows with which load they came; none of other tables."""
        return self._loaded.get(relation, [])
