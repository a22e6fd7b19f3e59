"""Columns traced through a model's SQL."""

from __future__ import annotations

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
def traced(tmp_path: Path) -> ColumnLineage:
    manifest = {
        "nodes": {
            "model.shop.kept": _table("model", "marts", "kept", "order_id", "kept_amount", "source"),
            "seed.shop.reasons": _table("seed", "seeds", "reasons", "reason"),
        },
        "sources": {
            "source.shop.shopify.orders": _table("source", "shopify", "orders", "id", "total"),
            "source.shop.shopify.refunds": _table("source", "shopify", "refunds", "order_id", "amount"),
        },
    }
    sql = tmp_path / "shop" / "models" / "kept.sql"
    sql.parent.mkdir(parents=True)
    sql.write_text(SQL)
    return ColumnLineage(manifest, lambda n: dg.AssetKey([n["schema"], n.get("identifier") or n["alias"]]), tmp_path)


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
