"""Which columns a model's columns are made of, out of its compiled SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from sqlglot import MappingSchema, exp, parse_one
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

_DIALECT = "duckdb"
_Relation = tuple[str, str, str]


class ColumnLineage:
    """Traces columns of dbt's models to the columns of the tables that they read.

    Args:
        manifest: dbt's manifest, in which every column is named.
        asset_key: asset of a node.
        compiled: dbt's folder of compiled SQL.
    """

    def __init__(
        self, manifest: Mapping[str, Any], asset_key: Callable[[Mapping[str, Any]], dg.AssetKey], compiled: Path
    ) -> None:
        self._nodes: Mapping[str, Any] = manifest["nodes"]
        self._compiled = compiled
        tables = [n for n in (*manifest["nodes"].values(), *manifest["sources"].values()) if n.get("relation_name")]
        self._assets = {_relation(node): asset_key(node) for node in tables}
        self._schema = _schema(tables)

    def of(self, unique_id: str) -> dg.TableColumnLineage | None:
        """The lineage of a model's columns; None for what has no SQL, such as a seed.

        Args:
            unique_id: dbt's id of the node.

        Raises:
            sqlglot.errors.SqlglotError: the SQL is of a kind that cannot be traced.
        """
        node = self._nodes[unique_id]
        sql = self._compiled / node["package_name"] / node["original_file_path"]
        if node["resource_type"] != "model" or not sql.exists():
            return None
        query = qualify(
            parse_one(sql.read_text(encoding="utf-8"), dialect=_DIALECT),
            schema=self._schema,
            dialect=_DIALECT,
            validate_qualify_columns=False,
            identify=False,
        )
        scope = build_scope(query)
        assert isinstance(query, exp.Query) and scope is not None
        # One scope for all columns: left to itself, sqlglot parses and qualifies the model once for each.
        return dg.TableColumnLineage({column: self._sources(column, query, scope) for column in query.named_selects})

    def _sources(self, column: str, query: exp.Query, scope: Scope) -> list[dg.TableColumnDep]:
        traced = lineage(column, query, scope=scope, dialect=_DIALECT, trim_selects=False, copy=False)
        found = {
            (relation, name)
            for leaf in traced.walk()
            if not leaf.downstream and isinstance(leaf.expression, exp.Table)
            for relation, name in [(_relation_of(leaf.expression), leaf.name.rsplit(".", 1)[-1])]
            # A row that is counted is no column of its table.
            if relation in self._assets and name != "*"
        }
        return [dg.TableColumnDep(self._assets[relation], name) for relation, name in sorted(found)]


def _relation_of(table: exp.Table) -> _Relation:
    return table.catalog, table.db, table.name


def _relation(node: Mapping[str, Any]) -> _Relation:
    return node["database"], node["schema"], node.get("identifier") or node["alias"]


def _schema(tables: Iterable[Mapping[str, Any]]) -> MappingSchema:
    schema = MappingSchema(dialect=_DIALECT)
    for node in tables:
        catalog, db, name = _relation(node)
        columns = {column: facts.get("data_type") or "unknown" for column, facts in node["columns"].items()}
        schema.add_table(exp.table_(name, db=db, catalog=catalog), columns, dialect=_DIALECT)
    return schema
