"""Relations that no model makes any more: a model that was renamed or taken out would stay in what is published."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from shophouse.settings import Settings

_RELATIONS = """
    select table_schema, table_name, if(table_type = 'VIEW', 'view', 'table')
    from information_schema.tables
    where table_catalog = current_database()
"""


def drop_leftovers(settings: Settings, manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Drops what an earlier version of the project has made and this one does not.

    Schemas in which the project has no model (the forecasts, which are history) are left alone.

    Args:
        settings: where the files are; nobody else may write them.
        manifest: of the dbt project.

    Returns:
        what was dropped, ``schema.name``.
    """
    made = {
        (node["schema"], node["alias"])
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed", "snapshot")
    }
    return tuple(name for file in (settings.build_db, settings.warehouse_db) for name in _drop(file, made))


def _drop(file: Path, made: set[tuple[str, str]]) -> list[str]:
    schemas = {schema for schema, _ in made}
    with duckdb.connect(file) as connection:
        found = connection.execute(_RELATIONS).fetchall()
        left = [row for row in found if row[0] in schemas and (row[0], row[1]) not in made]
        for schema, name, kind in left:
            connection.execute(f'drop {kind} "{schema}"."{name}"')
    return [f"{schema}.{name}" for schema, name, _ in left]
