"""dbt's source YAML from declarations: of every source, and of the forecasts.

``python -m orchestration.codegen`` writes the files; a test holds the committed ones against the declarations.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from forecasting.tables import TABLES
from forecasting.warehouse import SCHEMA
from ingestion.load.empty_tables import LOADS, added_columns
from ingestion.source import Source
from shophouse.dbt_sources import document, source_entry, table_entry
from shophouse.settings import PROJECT_ROOT
from shophouse.tables import Table

_MODELS = PROJECT_ROOT / "dbt_project" / "models"
FORECAST_YAML = _MODELS / "staging" / "forecast" / "_forecast__sources.yml"
_RAW = "raw"
_WAREHOUSE = "shophouse"
_LOADED_AT = f'select max(inserted_at) from {{{{ beside(this, "{LOADS}") }}}} where status = 0'


def source_yaml_path(name: str) -> Path:
    """Where a source's YAML file lies."""
    return _MODELS / "staging" / name / f"_{name}__sources.yml"


def source_yaml(source: Source) -> str:
    """The text of a source's YAML file.

    Args:
        source: the source to describe.

    Returns:
        YAML with a header that says where it comes from.
    """
    tables = [table_entry(source.name, table, added_columns(table)) for table in source.tables]
    entry = source_entry(source.name, source.title, _RAW, tables)
    if source.warn_after is not None and source.error_after is not None:
        entry["config"] = {
            "freshness": {"warn_after": _age(source.warn_after), "error_after": _age(source.error_after)},
            "loaded_at_query": _LOADED_AT,
        }
    return document({"sources": [entry]}, f"ingestion/sources/{source.name}")


def forecast_yaml() -> str:
    """The text of the forecasts' YAML file, with a header that says where it comes from."""
    description = "What forecasting wrote into the warehouse; models built on it run after the forecast."
    tables = [_with_key_tested(table) for table in TABLES.values()]
    entry = source_entry(SCHEMA, description, _WAREHOUSE, tables)
    return document({"sources": [entry]}, "forecasting/tables.py")


def _with_key_tested(table: Table) -> dict[str, Any]:
    tests = [{"unique_combination": {"arguments": {"columns": list(table.key)}}}]
    return table_entry(SCHEMA, table) | {"data_tests": tests}


def _age(age: timedelta) -> Mapping[str, Any]:
    hours = int(age.total_seconds() // 3600)
    return {"count": hours // 24, "period": "day"} if hours % 24 == 0 else {"count": hours, "period": "hour"}
