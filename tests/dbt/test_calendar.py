"""The calendar's rules against the holidays library, which knows each year's law on its own."""

from __future__ import annotations

from datetime import date

import duckdb
import holidays
import pytest

from tests.dbt.conftest import DbtHome, Models

FIRST_YEAR = 2000
LAST_YEAR = 2035


@pytest.fixture(scope="module")
def events(dbt_home: DbtHome, built_models: Models) -> duckdb.DuckDBPyConnection:
    """The model's SQL over more years than a warehouse's own data asks for."""
    connection = duckdb.connect()
    connection.execute(f"attach '{dbt_home.settings.build_db}' as build (read_only)")
    bounds = f"(select date '{FIRST_YEAR}-01-01' as first_date, date '{LAST_YEAR}-12-31' as last_date)"
    sql = built_models["int_calendar_events"]["compiled_code"].replace(
        '"build"."intermediate"."int_calendar_bounds"', bounds
    )
    connection.execute(f"create table events as {sql}")
    return connection


@pytest.mark.slow
@pytest.mark.parametrize(
    ("country", "subdivision"), [("US", None), ("DE", None), ("GB", "ENG")], ids=["US", "DE", "GB"]
)
def test_public_holidays_are_the_law_s(
    events: duckdb.DuckDBPyConnection, country: str, subdivision: str | None
) -> None:
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    known = set(holidays.country_holidays(country, subdiv=subdivision, years=years, observed=False))

    found = events.execute(
        "select date from events where country_code = ? and event_type = 'public_holiday'", [country]
    ).fetchall()

    assert {day for (day,) in found} == known


@pytest.mark.slow
def test_black_friday_follows_thanksgiving(events: duckdb.DuckDBPyConnection) -> None:
    found = events.execute("select date from events where event_name = 'Black Friday' and year(date) = 2026").fetchall()

    assert found == [(date(2026, 11, 27),)]
