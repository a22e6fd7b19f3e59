"""Which entries of the ledger the check on exchange rates reports."""

from __future__ import annotations

import re

import duckdb

from tests.dbt.conftest import PROJECT_DIR

_CHECK = PROJECT_DIR / "tests" / "assert_no_missing_exchange_rates.sql"


def test_entries_without_a_rate_are_reported_whether_or_not_one_was_known_when_they_were_posted() -> None:
    """A ledger keeps the amount that it once converted; the order beside it lost its own with the rate."""
    sql = re.sub(r"\{\{ ref\('(\w+)'\) \}\}", r"\1", _CHECK.read_text(encoding="utf-8"))
    with duckdb.connect() as connection:
        connection.execute(
            """
            create table int_exchange_rates as
            select 'EUR' as from_currency, date '2026-05-01' as date, 1.1 as rate_to_reporting
            """
        )
        connection.execute(
            """
            create table fct_sales_ledger as
            select * from (
                values
                    ('EUR', date '2026-05-01', 11),
                    ('CHF', date '2026-05-01', null),
                    ('SEK', date '2026-05-01', 1)
            ) as entries (currency, event_date, amount_reporting)
            """
        )

        reported = connection.execute(f"select currency from ({sql}) order by all").fetchall()

    assert reported == [("CHF",), ("SEK",)]
