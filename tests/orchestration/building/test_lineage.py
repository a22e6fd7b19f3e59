"""Columns traced through a model's SQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orchestration.building.lineage import load_lineage, save_lineage, traced

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


def test_columns_are_traced_through_joins_stars_and_sums(manifest: dict[str, Any]) -> None:
    orders, refunds = "source.shop.shopify.orders", "source.shop.shopify.refunds"
    assert traced(manifest, {"model.shop.kept": SQL}) == {
        "model.shop.kept": {
            "order_id": [(orders, "id")],
            "kept_amount": [(orders, "total"), (refunds, "amount")],
            "source": [],
        }
    }


def test_what_cannot_be_traced_is_left_out(manifest: dict[str, Any]) -> None:
    assert traced(manifest, {"model.shop.kept": "select from (("}) == {}


def test_what_is_kept_is_found_again(manifest: dict[str, Any], tmp_path: Path) -> None:
    found = traced(manifest, {"model.shop.kept": SQL})
    save_lineage(found, tmp_path)
    assert load_lineage(tmp_path) == found
