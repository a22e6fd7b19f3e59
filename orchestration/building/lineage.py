"""Which columns a model's columns are made of, out of its compiled SQL."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlglot import MappingSchema, exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

LINEAGE = "lineage.json"
"""Name of the lineage's file in the folder of the parsed project."""

_DIALECT = "duckdb"
_Relation = tuple[str, str, str]
Origin = tuple[str, str]
"""Id of a model, seed or source, and a column of it."""
Lineage = dict[str, dict[str, list[Origin]]]
"""Of each model, by id, the origins of each of its columns."""


def traced(manifest: Mapping[str, Any], compiled: Mapping[str, str]) -> Lineage:
    """Traces the columns of models.

    A model whose SQL is of a kind that cannot be traced is left out: lineage is the catalogue's ornament, and no reason
    to stop a build.

    Args:
        manifest: dbt's, in which every column is named.
        compiled: SQL by id of the model.
    """
    return dict(_each_traced(manifest, compiled))


def save_lineage(lineage: Lineage, folder: Path) -> None:
    """Writes the lineage into the folder of the parsed project."""
    (folder / LINEAGE).write_text(json.dumps(lineage), encoding="utf-8")


def load_lineage(folder: Path) -> Lineage:
    """The lineage of a parsed project."""
    found: dict[str, dict[str, list[list[str]]]] = json.loads((folder / LINEAGE).read_text(encoding="utf-8"))
    return {
        model: {column: [(id, name) for id, name in origins] for column, origins in columns.items()}
        for model, columns in found.items()
    }


def _each_traced(
    manifest: Mapping[str, Any], compiled: Mapping[str, str]
) -> Iterator[tuple[str, dict[str, list[Origin]]]]:
    every = {**manifest["nodes"], **manifest["sources"]}
    tables = {id: node for id, node in every.items() if node.get("relation_name")}
    ids = {_relation(node): id for id, node in tables.items()}
    schema = _schema(list(tables.values()))
    for id, sql in compiled.items():
        if manifest["nodes"][id]["resource_type"] == "model" and id in tables:
            try:
                yield id, _columns(sql, schema, ids)
            except SqlglotError:
                continue


def _columns(sql: str, schema: MappingSchema, ids: Mapping[_Relation, str]) -> dict[str, list[Origin]]:
    query = qualify(
        parse_one(sql, dialect=_DIALECT),
        schema=schema,
        dialect=_DIALECT,
        validate_qualify_columns=False,
        identify=False,
    )
    scope = build_scope(query)
    assert isinstance(query, exp.Query) and scope is not None
    # One scope for all columns: left to itself, sqlglot parses and qualifies the model once for each.
    return {column: _origins(column, query, scope, ids) for column in query.named_selects}


def _origins(column: str, query: exp.Query, scope: Scope, ids: Mapping[_Relation, str]) -> list[Origin]:
    found = {
        (relation, name)
        for leaf in lineage(column, query, scope=scope, dialect=_DIALECT, trim_selects=False, copy=False).walk()
        if not leaf.downstream and isinstance(leaf.expression, exp.Table)
        for relation, name in [(_relation_of(leaf.expression), leaf.name.rsplit(".", 1)[-1])]
        # A row that is counted is no column of its table.
        if relation in ids and name != "*"
    }
    return [(ids[relation], name) for relation, name in sorted(found)]


def _relation_of(table: exp.Table) -> _Relation:
    return table.catalog, table.db, table.name


def _relation(node: Mapping[str, Any]) -> _Relation:
    return node["database"], node["schema"], node.get("identifier") or node["alias"]


def _schema(tables: Sequence[Mapping[str, Any]]) -> MappingSchema:
    schema = MappingSchema(dialect=_DIALECT)
    listed = {_relation(node)[-1]: node["columns"] for node in tables}
    for node in tables:
        catalog, db, name = _relation(node)
        # A source's columns of an entity are listed where the sources are united, not again for each.
        entity = listed.get(f"int_{name.partition('__')[2]}", {}) if name.startswith("int_") else {}
        columns = {
            column: facts.get("data_type") or "unknown" for column, facts in {**entity, **node["columns"]}.items()
        }
        schema.add_table(exp.table_(name, db=db, catalog=catalog), columns, dialect=_DIALECT)
    return schema
