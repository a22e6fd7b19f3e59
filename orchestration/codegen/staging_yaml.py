"""The YAML of staging models, from their SQL and the declarations of the tables that they read.

A column that a staging model renames or casts keeps the description of its raw column. What it computes is described
in ``_<source>__staging.toml`` beside the models, with the tests that no declaration tells of; a test on the key is
written for every model. Unit tests stand in ``_<source>__unit_tests.yml``, which dbt reads itself.

.. code-block:: toml

    [stg_files__landed_costs]
    description = "One row per ..."                                 # where the table's does not fit
    not_null = ["landed_cost_id"]
    refers_to = {purchase_order_id = "stg_files__purchase_orders"}  # warns of strays
    data_tests = [{...}]                                            # as dbt has them
    columns.cost_type = "..."                                       # where the raw column's does not fit
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forecasting.tables import TABLES
from forecasting.warehouse import SCHEMA
from ingestion.contract import RawTable, Write
from ingestion.load.empty_tables import added_columns
from ingestion.registry import SOURCES
from shophouse.dbt_sources import document, personal
from shophouse.settings import PROJECT_ROOT
from shophouse.tables import Column, Table

_DBT_PROJECT = PROJECT_ROOT / "dbt_project"
_STAGING = _DBT_PROJECT / "models" / "staging"
_SELECT = re.compile(r"^select\n(?P<columns>.*?)\nfrom \{\{ source\('\w+', '(?P<table>\w+)'\) \}\}", re.M | re.S)
_ALIASED = re.compile(r"(?P<expression>.*) as (?P<name>\w+)", re.S)
_COLUMNS_MACRO = re.compile(r"\{\{ (\w+)\(\) \}\}")
_MACRO_BODY = re.compile(r"\{% macro \w+\(\) -%\}\n(.*)\n\{%- endmacro %\}", re.S)
_SAME_MEANING = tuple(
    re.compile(pattern, re.S)
    for pattern in (
        r"\{\{ (?:money|money_from_micros|money_from_double|shopify_id|utc_timestamp)\('(.*)'\) \}\}",
        r"cast\((.*) as [^()]+(?:\([\d, ]+\))?\)",
        r"trim\((.*)\)",
        r"nullif\((.*), ''\)",
        r"coalesce\((.*), 0\)",
    )
)
_OF_VERSIONS = {
    "known_from_at": "{{ doc('known_from_at') }}",
    "known_until_at": "{{ doc('known_until_at') }}",
    "is_current": "{{ doc('is_current_version') }}",
}


def staging_yaml() -> dict[Path, str]:
    """The YAML of every staging model.

    Returns:
        path to text.

    Raises:
        ValueError: a computed column is described nowhere, or what is described is not there.
    """
    tables: dict[str, dict[str, Table]] = {SCHEMA: dict(TABLES)}
    tables |= {source.name: {table.name: table for table in source.tables} for source in SOURCES.values()}
    return {path: text for source, declared in tables.items() for path, text in _of_source(source, declared)}


def _of_source(source: str, tables: dict[str, Table]) -> Iterator[tuple[Path, str]]:
    beside = _STAGING / source / f"_{source}__staging.toml"
    own = tomllib.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {}
    for sql in sorted(beside.parent.glob("stg_*.sql")):
        model = _model(sql, tables, own.pop(sql.stem, {}))
        made_from = f"{sql.name}, what it reads and {beside.name}"
        yield sql.with_suffix(".yml"), document({"models": [model.entry()]}, made_from)
    if own:
        raise ValueError(f"{beside.name}: there is no model {', '.join(own)}")


@dataclass
class _Model:
    """A staging model: the table that it reads, its columns with what each is made of, and what is written of it."""

    name: str
    table: Table
    columns: dict[str, str]
    description: str = ""
    not_null: list[str] = field(default_factory=list)
    refers_to: dict[str, str] = field(default_factory=dict)
    data_tests: list[dict[str, Any]] = field(default_factory=list)
    meanings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        strays = {*self.meanings, *self.not_null, *self.refers_to} - set(self.columns)
        if strays:
            raise ValueError(f"{self.name} has no column {', '.join(sorted(strays))}")

    def entry(self) -> dict[str, Any]:
        """The model as dbt's YAML has it."""
        entry: dict[str, Any] = {"name": self.name, "description": self.description or self.table.description}
        # The keys of forecasts are tested where they are read from.
        if isinstance(self.table, RawTable):
            on_key = {"unique_combination": {"arguments": {"columns": self._key(self.table)}}}
            entry["data_tests"] = [on_key, *self.data_tests]
        return entry | {"columns": [self._column(name) for name in self.columns]}

    def _key(self, table: RawTable) -> list[str]:
        version = ["known_from_at"] if table.write is Write.VERSIONED else []
        return [self._first_made_of(column) for column in table.key] + version

    def _first_made_of(self, raw_column: str) -> str:
        return next(name for name, made_of in self.columns.items() if raw_column in re.findall(r"\w+", made_of))

    def _column(self, name: str) -> dict[str, Any]:
        raw = self._raw_columns().get(_bare(self.columns[name]))
        meaning = self.meanings.get(name) or _OF_VERSIONS.get(name) or (raw.description if raw else None)
        if meaning is None:
            raise ValueError(f"{self.name}.{name} is computed: describe it in the _*__staging.toml beside the model")
        tests: list[Any] = ["not_null"] if name in self.not_null else []
        if name in self.refers_to:
            arguments = {"to": f"ref('{self.refers_to[name]}')", "field": name}
            tests.append({"relationships": {"arguments": arguments, "config": {"severity": "warn"}}})
        entry = {"name": name, "description": meaning} | (personal(raw) if raw else {})
        return entry | ({"data_tests": tests} if tests else {})

    def _raw_columns(self) -> dict[str, Column]:
        added = added_columns(self.table) if isinstance(self.table, RawTable) else ()
        return {column.name: column for column in (*self.table.columns, *added)}


def _model(sql: Path, tables: dict[str, Table], own: dict[str, Any]) -> _Model:
    select = _SELECT.search(sql.read_text(encoding="utf-8"))
    if select is None:
        raise ValueError(f"{sql.name} is not one select from one source")
    columns = dict(_columns(select["columns"]))
    return _Model(sql.stem, tables[select["table"]], columns, meanings=own.pop("columns", {}), **own)


def _columns(selected: str) -> Iterator[tuple[str, str]]:
    """The columns of a select by name, each with what it is made of; a macro of several columns is looked into."""
    for item in _items(selected):
        if macro := _COLUMNS_MACRO.fullmatch(item):
            body = _MACRO_BODY.search((_DBT_PROJECT / "macros" / f"{macro[1]}.sql").read_text(encoding="utf-8"))
            assert body is not None
            yield from _columns(body[1])
        else:
            aliased = _ALIASED.fullmatch(item)
            yield (aliased["name"], aliased["expression"]) if aliased else (item, item)


def _items(selected: str) -> Iterator[str]:
    """What stands between the commas that are in no brackets."""
    item, depth = "", 0
    for character in selected:
        depth += (character in "({") - (character in ")}")
        if character == "," and depth == 0:
            yield item.strip()
            item = ""
        else:
            item += character
    yield item.strip()


def _bare(expression: str) -> str:
    """An expression without the casts and trims that leave a column's meaning as it is."""
    for same_meaning in _SAME_MEANING:
        if inner := same_meaning.fullmatch(expression):
            return _bare(inner[1])
    return expression
