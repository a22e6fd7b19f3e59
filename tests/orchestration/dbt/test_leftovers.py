"""What a renamed model leaves behind goes; what is history stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from orchestration.dbt.leftovers import drop_leftovers
from shophouse.settings import Settings


def _node(schema: str, name: str, kind: str = "model") -> dict[str, Any]:
    return {"schema": schema, "alias": name, "resource_type": kind}


MANIFEST = {
    "nodes": {
        "model.fct_orders": _node("marts", "fct_orders"),
        "model.int_orders": _node("intermediate", "int_orders"),
        "test.unique": _node("marts", "fct_gone", "test"),
    }
}


def _tables(file: Path) -> set[str]:
    with duckdb.connect(file, read_only=True) as connection:
        rows = connection.sql("select table_schema || '.' || table_name from information_schema.tables").fetchall()
    return {name for (name,) in rows}


def test_what_no_model_makes_any_more_goes(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with duckdb.connect(settings.build_db) as build:
        build.execute("create schema intermediate")
        build.execute("create table intermediate.int_orders as select 1 as id")
        build.execute("create view intermediate.int_orders_unified as select * from intermediate.int_orders")
    with duckdb.connect(settings.warehouse_db) as warehouse:
        for schema in ("marts", "forecast"):
            warehouse.execute(f"create schema {schema}")
        warehouse.execute("create table marts.fct_orders as select 1 as id")
        warehouse.execute("create table marts.fct_gone as select 1 as id")
        warehouse.execute("create table forecast.forecast_run as select 'earlier' as run_id")

    dropped = drop_leftovers(settings, MANIFEST)

    assert dropped == ("intermediate.int_orders_unified", "marts.fct_gone")
    assert _tables(settings.build_db) == {"intermediate.int_orders"}
    assert _tables(settings.warehouse_db) == {"marts.fct_orders", "forecast.forecast_run"}
