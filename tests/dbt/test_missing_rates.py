"""Which rows the check on exchange rates reports."""

from __future__ import annotations

from typing import Any

import duckdb
from jinja2 import Environment

from tests.dbt.conftest import PROJECT_DIR

_CHECK = PROJECT_DIR / "tests" / "generic" / "has_exchange_rates.sql"


def test_entries_without_a_rate_are_reported_whether_or_not_one_was_known_when_they_were_posted() -> None:
    """A ledger keeps the amount that it once converted; the order beside it lost its own with the rate."""
    reported = _reported(
        """
        values
            ('us', 'EUR', date '2026-05-01', 10, 11),
            ('us', 'CHF', date '2026-05-01', 10, null),
            ('us', 'CHF', date '2026-05-03', 10, null),
            ('us', 'SEK', date '2026-05-01', 10, 1)
        """,
        amounts=[],
    )

    assert reported == [("us", "CHF", "2026-05-01", "2026-05-03", 2), ("us", "SEK", "2026-05-01", "2026-05-01", 1)]


def test_amounts_are_reported_that_are_not_known_in_the_reporting_currency() -> None:
    """What cost nothing needs no rate."""
    reported = _reported(
        """
        values
            ('us', 'EUR', date '2026-05-01', 10, 11),
            ('us', 'CHF', date '2026-05-01', 0, null),
            ('uk', 'CHF', date '2026-05-01', 10, null)
        """,
        amounts=["amount"],
    )

    assert reported == [("uk", "CHF", "2026-05-01", "2026-05-01", 1)]


def _reported(rows: str, amounts: list[str]) -> list[tuple[Any, ...]]:
    environment = Environment()
    environment.globals["ref"] = lambda name: name
    environment.globals["config"] = lambda **settings: ""
    macro = _CHECK.read_text(encoding="utf-8").replace("{% test ", "{% macro ").replace("{% endtest ", "{% endmacro ")
    check = environment.from_string(macro).module.has_exchange_rates  # type: ignore[attr-defined]
    sql = check(model="converted_rows", by=["store_id", "currency"], date="date", amounts=amounts)
    with duckdb.connect() as connection:
        connection.execute(
            """
            create table int_exchange_rates as
            select 'EUR' as from_currency, date '2026-05-01' as date, 1.1 as rate_to_reporting
            """
        )
        connection.execute(
            f"""
            create table converted_rows as
            select * from ({rows}) as converted (store_id, currency, date, amount, amount_reporting)
            """
        )
        found = connection.execute(
            f"select * replace (first_date::text as first_date, last_date::text as last_date) from ({sql}) order by all"
        )
        return found.fetchall()
