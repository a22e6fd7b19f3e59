"""Writes dbt's source YAML from the raw contracts, so that a table is declared once.

``python -m orchestration.source_yaml`` rewrites ``dbt_project/models/staging/<source>/_<source>__sources.yml``.
A test holds the committed files against the contracts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from ingestion.census.tables import TABLES as CENSUS_TABLES
from ingestion.contract import Column, Table, Write
from ingestion.files.tables import TABLES as FILES_TABLES
from ingestion.google_ads.tables import TABLES as GOOGLE_ADS_TABLES
from ingestion.meta_ads.tables import TABLES as META_ADS_TABLES
from ingestion.settings import PROJECT_ROOT
from ingestion.shopify.tables import TABLES as SHOPIFY_TABLES

STAGING = PROJECT_ROOT / "dbt_project" / "models" / "staging"
RAW_DATABASE = "raw"
HEADER = (
    "# Written by `python -m orchestration.source_yaml` from ingestion/{name}/tables.py; edit that and run it again.\n"
)

_LOAD_ID = Column("_dlt_load_id", pa.string(), "The load that brought the row; raw's _dlt_loads has its time.")
_VERSION_COLUMNS = (
    Column("_valid_from", pa.timestamp("us", tz="UTC"), "Instant of the load from which this version holds."),
    Column("_valid_to", pa.timestamp("us", tz="UTC"), "Instant of the load that replaced it; null: current."),
)


@dataclass(frozen=True)
class DbtSource:
    """A source as dbt sees it.

    Attributes:
        name: schema in the raw database and dbt's source name.
        description: what it is, for the documentation.
        tables: its contracts.
        warn_after: age of the last load from which the source counts as stale; None: no freshness check.
        error_after: age of the last load from which its check fails.
    """

    name: str
    description: str
    tables: tuple[Table, ...]
    warn_after: timedelta | None
    error_after: timedelta | None


SOURCES: tuple[DbtSource, ...] = (
    DbtSource(
        "shopify",
        "Shopify, GraphQL Admin API, all stores.",
        SHOPIFY_TABLES,
        timedelta(hours=1),
        timedelta(hours=24),
    ),
    DbtSource("meta_ads", "Meta (Facebook and Instagram) Ads.", META_ADS_TABLES, timedelta(days=2), timedelta(days=7)),
    DbtSource("google_ads", "Google Ads.", GOOGLE_ADS_TABLES, timedelta(days=2), timedelta(days=7)),
    DbtSource(
        "census",
        "US Census: monthly retail surveys and the American Community Survey.",
        CENSUS_TABLES,
        timedelta(days=40),
        timedelta(days=75),
    ),
    # Files come when somebody drops one: no age of theirs is a fault.
    DbtSource("files", "Spreadsheets and ERP exports, landed by template.", FILES_TABLES, None, None),
)


def source_yaml(source: DbtSource) -> str:
    """The text of a source's YAML file.

    Args:
        source: the source to describe.

    Returns:
        YAML with a header that says where it comes from.
    """
    document = {"sources": [_source(source)]}
    body = yaml.dump(document, sort_keys=False, allow_unicode=True, width=120, Dumper=_IndentedDumper)
    return HEADER.format(name=source.name) + body


def source_yaml_path(name: str) -> Path:
    """Where a source's YAML file lies."""
    return STAGING / name / f"_{name}__sources.yml"


def write_source_yaml() -> Iterator[Path]:
    """Writes the YAML file of every source.

    Yields:
        The files written.
    """
    for source in SOURCES:
        path = source_yaml_path(source.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source_yaml(source), encoding="utf-8")
        yield path


class _IndentedDumper(yaml.SafeDumper):
    """Indents lists below their key, as the hand-written YAML does."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


def _source(source: DbtSource) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": source.name,
        "description": source.description,
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


def _table(source: DbtSource, table: Table) -> dict[str, Any]:
    versioned = table.write is Write.VERSIONED
    unique: dict[str, Any] = {"arguments": {"columns": list(table.key)}}
    if versioned:
        unique["config"] = {"where": "_valid_to is null"}
    return {
        "name": table.name,
        "description": table.description,
        "config": {"meta": {"dagster": {"asset_key": [source.name, table.name]}}},
        "data_tests": [{"unique_combination": unique}],
        "columns": [
            *(_column(c) for c in table.columns),
            *(_column(c) for c in (_VERSION_COLUMNS if versioned else ())),
            _column(_LOAD_ID),
        ],
    }


def _column(column: Column) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": column.name}
    if column.description:
        entry["description"] = column.description
    entry["data_type"] = _data_type(column.type)
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


def main() -> None:
    """Rewrites the files and names them."""
    for path in write_source_yaml():
        print(path.relative_to(PROJECT_ROOT))


if __name__ == "__main__":
    main()
