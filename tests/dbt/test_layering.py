"""Who may read whom: one vendor's tables end in `int_<source>__<entity>`, and each layer reads those before it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dbt.layering import MOST_PARENTS, breaches


def test_nobody_reads_what_is_not_theirs_to_read(manifest: dict[str, Any]) -> None:
    assert not breaches(manifest), "read through a layer that may be read; see MAY_READ in tests/dbt/layering.py"


@pytest.mark.parametrize(
    ("reader", "read"),
    [
        ("staging.stg_shop__orders", "source.shop.orders"),
        ("intermediate.int_shop__orders", "staging.stg_shop__orders"),
        ("marts.fct_orders", "intermediate.int_orders"),
        ("metrics.metric_orders", "marts.fct_orders"),
        ("metrics.metric_forecast", "staging.stg_forecast__values"),
        ("audit.reconciliation", "intermediate.int_stated_totals"),
    ],
)
def test_a_layer_reads_the_one_before_it(reader: str, read: str) -> None:
    assert not breaches(_project(_model(reader, reads=[read]), _model(read)))


@pytest.mark.parametrize(
    ("reader", "read", "rule"),
    [
        ("intermediate.int_orders", "source.shop.orders", "layer"),
        ("intermediate.int_orders", "staging.stg_shop__orders", "layer"),
        ("intermediate.int_files__orders", "staging.stg_shop__orders", "layer"),
        ("intermediate.int_orders_of_all", "intermediate.int_shop__orders", "union"),
        ("marts.fct_orders", "staging.stg_shop__orders", "layer"),
        ("marts.fct_forecast", "staging.stg_forecast__values", "layer"),
        ("marts.fct_orders", "metrics.metric_orders", "layer"),
        ("metrics.metric_orders", "intermediate.int_orders", "layer"),
        ("decisions.alerts", "intermediate.int_orders", "layer"),
    ],
)
def test_other_reading_is_found(reader: str, read: str, rule: str) -> None:
    found = breaches(_project(_model(reader, reads=[read]), _model(read)))

    assert found == [f"{rule}: {_name(reader)} reads {_name(read)}"]


def test_the_union_of_an_entity_reads_the_models_that_conform_it() -> None:
    conforming = [f"intermediate.int_{source}__orders" for source in ("shop", "files")]
    union = _model("intermediate.int_orders", reads=conforming, macros=["union_of_sources"])

    assert not breaches(_project(union, *map(_model, conforming)))


def test_too_many_parents_are_found_and_sources_of_one_entity_are_one_parent() -> None:
    many = [f"marts.fct_{number}" for number in range(MOST_PARENTS + 1)]
    sources = [f"intermediate.int_shop{number}__orders" for number in range(MOST_PARENTS + 1)]
    readers = [
        _model("marts.fct_all", reads=many),
        _model("intermediate.int_orders", reads=sources, macros=["union_of_sources"]),
    ]

    assert breaches(_project(*readers, *map(_model, [*many, *sources]))) == ["parents: fct_all has 10"]


def test_a_vendor_is_named_in_code_alone_and_by_those_who_conform_it() -> None:
    source = _model("source.shop.orders")
    code = "-- shop's own\nselect id from {{ ref('int_workshop') }} where platform = 'shop'"
    vendor_free = _model("marts.fct_orders", code=code)
    conforming = _model("intermediate.int_shop__orders", code=code)

    assert breaches(_project(source, vendor_free, conforming)) == ["vendor: fct_orders names shop"]


def test_a_test_that_compares_with_a_vendor_s_table_is_found() -> None:
    staged, fact = _model("staging.stg_shop__orders"), _model("marts.fct_orders")
    test = _model("test.row_count", reads=["staging.stg_shop__orders", "marts.fct_orders"])
    test |= {"resource_type": "test", "attached_node": fact["unique_id"]}

    assert breaches(_project(staged, fact, test)) == ["test: fct_orders is compared with stg_shop__orders"]


def _name(path: str) -> str:
    return path.rsplit(".", 1)[-1]


def _unique_id(path: str) -> str:
    kind = "source" if path.startswith("source.") else "model"
    return f"{kind}.shophouse.{_name(path)}"


def _model(
    path: str, reads: list[str] | None = None, macros: list[str] | None = None, code: str = ""
) -> dict[str, Any]:
    layer, *_ = path.split(".")
    return {
        "unique_id": _unique_id(path),
        "name": _name(path),
        "resource_type": "source" if layer == "source" else "model",
        "source_name": path.split(".")[1],
        "fqn": ["shophouse", layer, _name(path)],
        "raw_code": code,
        "depends_on": {
            "nodes": [_unique_id(parent) for parent in reads or []],
            "macros": [f"macro.shophouse.{macro}" for macro in macros or []],
        },
    }


def _project(*nodes: dict[str, Any]) -> dict[str, Any]:
    return {
        "nodes": {node["unique_id"]: node for node in nodes if node["resource_type"] != "source"},
        "sources": {node["unique_id"]: node for node in nodes if node["resource_type"] == "source"},
    }
