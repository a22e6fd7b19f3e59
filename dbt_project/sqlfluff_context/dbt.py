"""The few functions of dbt's own namespace that models and macros call, as dbt-duckdb renders them.

sqlfluff's dbt templater compiles every model anew, which takes it minutes for the whole project; with the jinja
templater and this context the project is linted in a fraction of that.
"""

from __future__ import annotations


def type_string() -> str:
    """The text type."""
    return "TEXT"


def date_trunc(part: str, date: str) -> str:
    """First instant of a date's week, month ..."""
    return f"date_trunc('{part}', {date})"


def dateadd(part: str, interval: str, date: str) -> str:
    """A date some intervals later."""
    return f"date_add({date}, interval ({interval}) {part})"


def datediff(first: str, second: str, part: str) -> str:
    """Boundaries of a part between two dates."""
    return f"date_diff('{part}', {first}, {second})"
