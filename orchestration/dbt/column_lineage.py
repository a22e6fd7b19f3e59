"""Which columns a model's columns are made of, out of its compiled SQL."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
from sqlglot import MappingSchema, exp, parse_one
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

_DIALECT = "duckdb"
_Relation = tuple[str, str, str]
_Sources = dict[str, list[tuple[list[str], str]]]
"""Column to the assets' keys and the columns that it is made of."""


class ColumnLineage:
    """Traces columns of dbt's models to the columns of the tables that they read.

    Args:
        manifest: dbt's manifest, in which every column is named.
        asset_key: asset of a node.
        compiled: dbt's folder of compiled SQL.
        remembered: file of what was traced before: SQL that has not changed since is not traced again.
    """

    def __init__(
        self,
        manifest: Mapping[str, Any],
        asset_key: Callable[[Mapping[str, Any]], dg.AssetKey],
        compiled: Path,
        remembered: Path,
    ) -> None:
        self._nodes: Mapping[str, Any] = manifest["nodes"]
        self._compiled = compiled
        tables = [n for n in (*manifest["nodes"].values(), *manifest["sources"].values()) if n.get("relation_name")]
        self._assets = {_relation(node): asset_key(node) for node in tables}
        self._schema = _schema(tables)
        # A star is as wide as the tables are now.
        columns = repr([(*_relation(node), *node["columns"]) for node in tables])
        self._tables = hashlib.sha256(columns.encode()).hexdigest()
        self._remembered = remembered
        self._known: dict[str, tuple[str, _Sources]] = _read(remembered)

    def of(self, unique_id: str) -> dg.TableColumnLineage | None:
        """The lineage of a model's columns; None for what has no SQL, such as a seed.

        Args:
            unique_id: dbt's id of the node.

        Raises:
            sqlglot.errors.SqlglotError: the SQL is of a kind that cannot be traced.
        """
        node = self._nodes[unique_id]
        file = self._compiled / node["package_name"] / node["original_file_path"]
        if node["resource_type"] != "model" or not file.exists():
            return None
        sql = file.read_text(encoding="utf-8")
        content = hashlib.sha256((self._tables + sql).encode()).hexdigest()
        if self._known.get(unique_id, ("", {}))[0] != content:
            self._known[unique_id] = (content, self._traced(sql))
        sources = self._known[unique_id][1]
        return dg.TableColumnLineage(
            {
                column: [dg.TableColumnDep(dg.AssetKey(key), name) for key, name in found]
                for column, found in sources.items()
            }
        )

    def remember(self) -> None:
        """Keeps what was traced for the next run."""
        self._remembered.parent.mkdir(parents=True, exist_ok=True)
        incoming = self._remembered.with_suffix(".incoming")
        incoming.write_text(json.dumps(self._known))
        os.replace(incoming, self._remembered)

    def _traced(self, sql: str) -> _Sources:
        query = qualify(
            parse_one(sql, dialect=_DIALECT),
            schema=self._schema,
            dialect=_DIALECT,
            validate_qualify_columns=False,
            identify=False,
        )
        scope = build_scope(query)
        assert isinstance(query, exp.Query) and scope is not None
        # One scope for all columns: left to itself, sqlglot parses and qualifies the model once for each.
        return {column: self._sources(column, query, scope) for column in query.named_selects}

    def _sources(self, column: str, query: exp.Query, scope: Scope) -> list[tuple[list[str], str]]:
        traced = lineage(column, query, scope=scope, dialect=_DIALECT, trim_selects=False, copy=False)
        found = {
            (relation, name)
            for leaf in traced.walk()
            if not leaf.downstream and isinstance(leaf.expression, exp.Table)
            for relation, name in [(_relation_of(leaf.expression), leaf.name.rsplit(".", 1)[-1])]
            # A row that is counted is no column of its table.
            if relation in self._assets and name != "*"
        }
        return [(list(self._assets[relation].path), name) for relation, name in sorted(found)]


def _read(remembered: Path) -> dict[str, tuple[str, _Sources]]:
    try:
        known: dict[str, tuple[str, _Sources]] = json.loads(remembered.read_text())
    except (OSError, ValueError):
        return {}
    return known


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
