"""Columns traced through a model's SQL."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.dbt.column_lineage import ColumnLineage

SQL = """
with orders as (
    select * from "raw"."shopify"."orders"
),
refunds as (
    select order_id, sum(amount) as refunded from "raw"."shopify"."refunds" group by order_id
)
select
    orders.id as order_id,
    orders.total - coalesce(refunds.refunded, 0) as kept_amount,
    'shop' as source
from orders
left join refunds on orders.id = refunds.order_id
"""


def _table(kind: str, schema: str, name: str, *columns: str) -> dict[str, Any]:
    return {
        "resource_type": kind,
        "package_name": "shop",
        "original_file_path": f"models/{name}.sql",
        "relation_name": f'"raw"."{schema}"."{name}"',
        "database": "raw",
        "schema": schema,
        "identifier" if kind == "source" else "alias": name,
        "columns": {column: {"data_type": None} for column in columns},
    }


@pytest.fixture
def manifest() -> dict[str, Any]:
    return {
        "nodes": {
            "model.shop.kept": _table("model", "marts", "kept", "order_id", "kept_amount", "source"),
            "seed.shop.reasons": _table("seed", "seeds", "reasons", "reason"),
        },
        "sources": {
            "source.shop.shopify.orders": _table("source", "shopify", "orders", "id", "total"),
            "source.shop.shopify.refunds": _table("source", "shopify", "refunds", "order_id", "amount"),
        },
    }


@pytest.fixture
def traced(manifest: dict[str, Any], tmp_path: Path) -> ColumnLineage:
    sql = tmp_path / "shop" / "models" / "kept.sql"
    sql.parent.mkdir(parents=True)
    sql.write_text(SQL)
    return ColumnLineage(manifest, _asset_key, tmp_path, tmp_path / "lineage.json")


def _asset_key(node: Mapping[str, Any]) -> dg.AssetKey:
    return dg.AssetKey([node["schema"], node.get("identifier") or node["alias"]])


def test_columns_are_traced_through_joins_stars_and_sums(traced: ColumnLineage) -> None:
    lineage = traced.of("model.shop.kept")
    assert lineage is not None
    orders, refunds = dg.AssetKey(["shopify", "orders"]), dg.AssetKey(["shopify", "refunds"])
    assert dict(lineage.deps_by_column) == {
        "order_id": [dg.TableColumnDep(orders, "id")],
        "kept_amount": [dg.TableColumnDep(orders, "total"), dg.TableColumnDep(refunds, "amount")],
        "source": [],
    }


def test_what_has_no_sql_has_no_lineage(traced: ColumnLineage) -> None:
    assert traced.of("seed.shop.reasons") is None


def test_what_was_traced_is_remembered_until_the_sql_or_a_table_changes(
    traced: ColumnLineage, manifest: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = traced.of("model.shop.kept")
    traced.remember()
    traced_again: list[str] = []
    trace = ColumnLineage._traced

    def counted(self: ColumnLineage, sql: str) -> Any:
        traced_again.append(sql)
        return trace(self, sql)

    monkeypatch.setattr(ColumnLineage, "_traced", counted)

    def later() -> ColumnLineage:
        return ColumnLineage(manifest, _asset_key, tmp_path, tmp_path / "lineage.json")

    assert later().of("model.shop.kept") == found and traced_again == []
    (tmp_path / "shop" / "models" / "kept.sql").write_text(SQL.replace("'shop'", "orders.total"))
    assert later().of("model.shop.kept") != found and len(traced_again) == 1
    (tmp_path / "shop" / "models" / "kept.sql").write_text(SQL)
    manifest["sources"]["source.shop.shopify.orders"]["columns"]["note"] = {"data_type": None}
    assert later().of("model.shop.kept") == found and len(traced_again) == 2
