"""Every published column says something: one that is the same in every row of the demo is listed, with its reason.

``constant_columns.csv`` lists tables (``schema.table``) and columns by patterns as of file names. A column that is
null in every row counts as well; a table of fewer than two rows says nothing of its columns.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tests.end_to_end.home import Home

pytestmark = pytest.mark.slow

_LISTED = Path(__file__).parent / "constant_columns.csv"
_SCHEMAS = ("marts", "metrics", "decisions", "audit", "forecast")
Column = tuple[str, str]
"""Schema and name of the table, and the column."""


@dataclass(frozen=True)
class Entry:
    """Columns that may be constant, by patterns, and why."""

    table: str
    column: str
    reason: str

    def fits(self, column: Column) -> bool:
        """Whether the column is one of them."""
        return fnmatchcase(column[0], self.table) and fnmatchcase(column[1], self.column)


@pytest.fixture(scope="module")
def constant(finished: Home) -> frozenset[Column]:
    """Columns that hold one value, or none, in every row."""
    return frozenset(_constant(finished))


@pytest.fixture(scope="module")
def listed() -> list[Entry]:
    """What is known to be constant."""
    with open(_LISTED, encoding="utf-8", newline="") as file:
        return [Entry(**row) for row in csv.DictReader(file)]


def test_a_constant_column_is_listed_with_its_reason(constant: frozenset[Column], listed: list[Entry]) -> None:
    unlisted = sorted(column for column in constant if not any(entry.fits(column) for entry in listed))
    assert unlisted == [], f"let the demo vary them, or say in {_LISTED.name} why it cannot"
    assert all(entry.reason for entry in listed)


def test_the_list_names_no_column_that_varies(constant: frozenset[Column], listed: list[Entry]) -> None:
    assert [entry for entry in listed if not any(entry.fits(column) for column in constant)] == []


def _constant(home: Home) -> Iterator[Column]:
    named = ", ".join(f"'{schema}'" for schema in _SCHEMAS)
    columns = home.rows(
        f"""
        select schema_name || '.' || table_name, list(column_name order by column_index)
        from duckdb_columns() inner join duckdb_tables() using (schema_name, table_name)
        where schema_name in ({named}) group by all order by all
        """
    )
    for table, names in columns:
        counts = ", ".join(f'count("{name}"), count(distinct "{name}")' for name in names)
        rows, *counted = home.rows(f"select count(*), {counts} from {table}")[0]
        for name, filled, distinct in zip(names, counted[::2], counted[1::2], strict=True):
            if rows > 1 and (filled == 0 or (filled == rows and distinct == 1)):
                yield str(table), name
