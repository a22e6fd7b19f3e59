"""Writes dbt's source YAML of the forecast schema from its tables, so that grain and columns are described once.

``python -m orchestration.codegen`` rewrites ``dbt_project/models/staging/forecast/_forecast__sources.yml``.
A test holds the committed file against the tables.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from forecasting.tables import TABLES, Column, Table
from forecasting.warehouse import SCHEMA
from orchestration.codegen.source_yaml import yaml_text
from shophouse.settings import PROJECT_ROOT

FORECAST_YAML = PROJECT_ROOT / "dbt_project" / "models" / "staging" / "forecast" / "_forecast__sources.yml"
HEADER = "# Written by `python -m orchestration.codegen` from forecasting/tables.py; edit that and run it again.\n"

_DATA_TYPES: dict[Any, str] = {
    pl.String: "string",
    pl.Boolean: "boolean",
    pl.Int32: "int",
    pl.Int64: "bigint",
    pl.Float64: "double",
    pl.Date: "date",
    pl.Datetime("us"): "timestamp",
}


def forecast_yaml() -> str:
    """The text of the YAML file, with a header that says where it comes from."""
    source = {
        "name": SCHEMA,
        "description": "What forecasting wrote into the warehouse; models built on it run after the forecast.",
        "database": "shophouse",
        "schema": SCHEMA,
        "tables": [_table(name, table) for name, table in TABLES.items()],
    }
    return HEADER + yaml_text({"sources": [source]})


def _table(name: str, table: Table) -> dict[str, Any]:
    return {
        "name": name,
        "description": table.description,
        "config": {"meta": {"dagster": {"asset_key": [SCHEMA, name]}}},
        "data_tests": [{"unique_combination": {"arguments": {"columns": list(table.key)}}}],
        "columns": [_column(column, declared) for column, declared in table.columns.items()],
    }


def _column(name: str, column: Column) -> dict[str, str]:
    return {"name": name, "description": column.description, "data_type": _DATA_TYPES[column.type]}
