"""Writes dbt's source YAML from the registry of sources, so that a table and its allowed age are declared once.

``python -m orchestration.codegen`` rewrites ``dbt_project/models/staging/<source>/_<source>__sources.yml``.
A test holds the committed files against the registry.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from ingestion.contract import Column, Table, Write
from ingestion.source import Source
from shophouse.settings import PROJECT_ROOT

STAGING = PROJECT_ROOT / "dbt_project" / "models" / "staging"
RAW_DATABASE = "raw"
HEADER = "# Written by `python -m orchestration.codegen` from ingestion/sources/{name}; edit that and run it again.\n"

_LOAD_ID = Column("_dlt_load_id", pa.string(), "The load that brought the row; raw's _dlt_loads has its time.")
_VERSION_COLUMNS = (
    Column("_valid_from", pa.timestamp("us", tz="UTC"), "Instant of the load from which this version holds."),
    Column("_valid_to", pa.timestamp("us", tz="UTC"), "Instant of the load that replaced it; null: current."),
)


def source_yaml(source: Source) -> str:
    """The text of a source's YAML file.

    Args:
        source: the source to describe.

    Returns:
        YAML with a header that says where it comes from.
    """
    return HEADER.format(name=source.name) + yaml_text({"sources": [_source(source)]})


def yaml_text(document: dict[str, Any]) -> str:
    """YAML in the manner of the hand-written files: lists indented, keys in the order given."""
    return yaml.dump(document, sort_keys=False, allow_unicode=True, width=120, Dumper=_IndentedDumper)


def source_yaml_path(name: str) -> Path:
    """Where a source's YAML file lies."""
    return STAGING / name / f"_{name}__sources.yml"


class _IndentedDumper(yaml.SafeDumper):
    """Indents lists below their key, as the hand-written YAML does."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


def _source(source: Source) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": source.name,
        "description": source.title,
        "database": RAW_DATABASE,
        "schema": source.name,
    }
    if source.warn_after is not None and source.error_after is not None:
        entry["config"] = {
            "freshness": {"warn_after": _age(source.warn_after), "error_after": _age(source.error_after)},
            "loaded_at_query": f"select max(inserted_at) from {RAW_DATABASE}.{source.name}._dlt_loads where status = 0",
        }
    entry["tables"] = [_table(source, table) for table in source.tables]
    return entry


def _table(source: Source, table: Table) -> dict[str, Any]:
    versioned = table.write is Write.VERSIONED
    return {
        "name": table.name,
        "description": table.description,
        "config": {"meta": {"dagster": {"asset_key": [source.name, table.name]}}},
        "columns": [
            *(_column(c) for c in table.columns),
            *(_column(c) for c in (_VERSION_COLUMNS if versioned else ())),
            _column(_LOAD_ID),
        ],
    }


def _column(column: Column) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": column.name,
        "description": column.description,
        "data_type": _data_type(column.type),
    }
    if column.pii:
        entry["config"] = {"tags": ["pii"], "meta": {"pii": True}}
    return entry


def _age(age: timedelta) -> Mapping[str, Any]:
    hours = int(age.total_seconds() // 3600)
    return {"count": hours // 24, "period": "day"} if hours % 24 == 0 else {"count": hours, "period": "hour"}


def _data_type(arrow: pa.DataType) -> str:
    if pa.types.is_decimal(arrow):
        return f"decimal({arrow.precision}, {arrow.scale})"
    if pa.types.is_timestamp(arrow):
        return "timestamp with time zone" if arrow.tz else "timestamp"
    names = {pa.string(): "string", pa.int64(): "bigint", pa.float64(): "double", pa.bool_(): "boolean"}
    names[pa.date32()] = "date"
    return names[arrow]
