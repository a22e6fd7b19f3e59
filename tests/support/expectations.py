"""Holds a warehouse to hand-worked tables.

A table is CSV: columns whose header begins with ``*`` are the key, the others are compared exactly. An empty cell
means null. A ratio is written as the fraction that it is (``1/11``); doubles may differ from it in the last digits of
their binary form, decimals in none.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

import duckdb

_KEY_MARK = "*"

Key = tuple[str, ...]


class Rest(StrEnum):
    """What a table may hold beside the expected rows."""

    NOTHING = "nothing"
    """The expected rows are all rows."""
    ZEROS = "zeros"
    """Rows of days without an event: zero or null in every compared column."""
    ANYTHING = "anything"
    """A state that holds on every day: some days were worked by hand."""


@dataclass(frozen=True)
class Expectation:
    """A hand-worked table.

    Attributes:
        table: schema and name in the warehouse.
        keys: columns that name a row.
        rows: expected cells by key, then by column.
    """

    table: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    rows: Mapping[Key, Mapping[str, str]]

    def differences(self, warehouse: duckdb.DuckDBPyConnection, rest: Rest, among: str = "true") -> list[str]:
        """Every difference as ``table [key] column: expected X, got Y``; empty: none.

        Args:
            warehouse: what is held to the table.
            rest: what there may be beside the expected rows.
            among: SQL condition on the rows that are looked at.

        Raises:
            duckdb.Error: the warehouse lacks the table or a column.
        """
        found = self._found(warehouse, among)
        told = []
        for key, expected in self.rows.items():
            if len(found.get(key, [])) != 1:
                told.append(f"{self._place(key)}: expected one row, got {len(found.get(key, []))}")
                continue
            told += self._differences_of(key, expected, found[key][0])
        for key in found.keys() - self.rows.keys() if rest is not Rest.ANYTHING else ():
            values = found[key][0]
            if rest is Rest.NOTHING or any(value not in (None, 0) for value in values.values()):
                told.append(f"{self._place(key)}: expected no row, got {values}")
        return sorted(told)

    def _found(self, warehouse: duckdb.DuckDBPyConnection, among: str) -> dict[Key, list[dict[str, Any]]]:
        names = (*self.keys, *self.columns)
        result = warehouse.execute(f"select {', '.join(names)} from {self.table} where {among}").fetchall()
        found: dict[Key, list[dict[str, Any]]] = {}
        for row in result:
            key = tuple(_text(value) for value in row[: len(self.keys)])
            found.setdefault(key, []).append(dict(zip(self.columns, row[len(self.keys) :], strict=True)))
        return found

    def _differences_of(self, key: Key, expected: Mapping[str, str], found: Mapping[str, Any]) -> list[str]:
        return [
            f"{self._place(key)} {column}: expected {cell or 'null'}, got {_text(found[column]) or 'null'}"
            for column, cell in expected.items()
            if not _agrees(cell, found[column])
        ]

    def _place(self, key: Key) -> str:
        named = ", ".join(f"{column}={value or 'null'}" for column, value in zip(self.keys, key, strict=True))
        return f"{self.table} [{named}]"


def expectation(table: str, lines: Iterable[str]) -> Expectation:
    """A hand-worked table.

    Args:
        table: schema and name in the warehouse.
        lines: of CSV.

    Raises:
        ValueError: two rows have the same key.
    """
    reader = csv.reader(lines)
    header = next(reader)
    keys = tuple(name.removeprefix(_KEY_MARK) for name in header if name.startswith(_KEY_MARK))
    columns = tuple(name for name in header if not name.startswith(_KEY_MARK))
    rows: dict[Key, dict[str, str]] = {}
    for cells in reader:
        row = dict(zip((name.removeprefix(_KEY_MARK) for name in header), cells, strict=True))
        key = tuple(row[name] for name in keys)
        if key in rows:
            raise ValueError(f"{table}: two rows with the key {key}")
        rows[key] = {name: row[name] for name in columns}
    return Expectation(table, keys, columns, rows)


def _agrees(cell: str, found: Any) -> bool:
    if found is None or cell == "":
        return found is None and cell == ""
    if isinstance(found, float):
        return math.isclose(found, float(_fraction(cell)), rel_tol=1e-11)
    if isinstance(found, Decimal | int) and not isinstance(found, bool):
        return Decimal(cell) == found
    return cell == _text(found)


def _fraction(cell: str) -> Fraction:
    above, _, below = cell.partition("/")
    return Fraction(above) / Fraction(below or "1")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return value.isoformat() if isinstance(value, date) else str(value)
