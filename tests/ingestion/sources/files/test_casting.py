"""Cells to types: exactly what was written, or refused."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.sources.files.casting import Marks, cast_column
from shophouse.tables import Column, day, flag, integer, local_time, money, number

MONEY = money("v")
PLAIN = Marks()
EUROPEAN = Marks(decimal=",", thousands=".")


def cast(column: Column, text: str, marks: Marks = PLAIN) -> Any:
    return pl.DataFrame({column.name: [text]}).select(cast_column(column, marks).value).item()


@given(st.decimals(-(10**12) + 1, 10**12 - 1, places=6))
def test_money_is_exact(amount: Decimal) -> None:
    assert cast(MONEY, f"{amount:f}") == amount


@given(st.decimals(-(10**12) + 1, 10**12 - 1, places=2))
def test_a_decimal_comma_with_points_between_thousands(amount: Decimal) -> None:
    written = f"{amount:,f}".translate(str.maketrans(",.", ".,"))
    assert cast(MONEY, written, EUROPEAN) == amount


@given(st.integers(-(2**63), 2**63 - 1))
def test_whole_numbers_are_exact(value: int) -> None:
    assert cast(integer("v"), str(value)) == value
    assert cast(integer("v"), f"{value}.0") == value


@given(st.dates(date(1, 1, 1)))
def test_dates(value: date) -> None:
    assert cast(day("v"), value.isoformat()) == value


@given(st.datetimes(datetime(1, 1, 1)))
def test_local_times(value: datetime) -> None:
    assert cast(local_time("v"), value.isoformat(sep=" ")) == value
    assert cast(local_time("v"), value.isoformat(sep="T", timespec="minutes")) == value.replace(second=0, microsecond=0)


@given(st.text(max_size=12))
def test_no_text_breaks_a_cast(text: str) -> None:
    for column in (MONEY, integer("v"), number("v"), flag("v"), day("v"), local_time("v")):
        cast(column, text)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (MONEY, "12,50"),
        (MONEY, "1.0000001"),
        (MONEY, "1234567890123456789"),
        (MONEY, "1e3"),
        (MONEY, "£5"),
        (MONEY, "NaN"),
        (integer("v"), "1.5"),
        (integer("v"), "9223372036854775808"),
        (integer("v"), "99999999999999999999999999"),
        (number("v"), "1e999"),
        (flag("v"), "maybe"),
        (day("v"), "2011-02-30"),
        (day("v"), "30/01/2026"),
        (day("v"), "2026-01-30 10:00:00"),
        (local_time("v"), "2026-13-01 10:00"),
        (local_time("v"), "2026-01-01 10:00:00+01:00"),
        (local_time("v"), "2026-01-01T10:00:00Z"),
    ],
)
def test_what_is_not_of_the_type_is_refused(column: Column, text: str) -> None:
    assert cast(column, text) is None


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        (MONEY, "2.500000000", Decimal("2.5")),
        (MONEY, "+3", Decimal(3)),
        (flag("v"), "YES", True),
        (flag("v"), "0", False),
        (day("v"), "2026-01-30 00:00:00", date(2026, 1, 30)),
        (local_time("v"), "2026-01-30", datetime(2026, 1, 30)),
        (number("v"), "1.5e-3", 0.0015),
    ],
)
def test_accepted_forms(column: Column, text: str, value: object) -> None:
    assert cast(column, text) == value


def test_misplaced_marks_of_thousands_are_refused() -> None:
    assert cast(MONEY, "1.23,50", EUROPEAN) is None
    assert cast(MONEY, "12.50", Marks(decimal=",")) is None


def test_a_double_s_noise_is_rounded_only_where_numbers_were_doubles() -> None:
    assert cast(MONEY, "2.5500000000000003") is None
    assert cast(MONEY, "2.5500000000000003", Marks(binary_numbers=True)) == Decimal("2.55")


@pytest.mark.parametrize("text", ["1.234", "12.345", "-1.000", "1.234.567"])
def test_a_point_before_three_digits_is_a_question_where_nothing_shows_what_it_is(text: str) -> None:
    unknown = Marks(shows_points=False)
    assert cast(MONEY, text, unknown) is None
    assert cast(integer("v"), text, unknown) is None
    assert cast(MONEY, "0.125", unknown) == Decimal("0.125")


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("2025-10-07T02:15:00+00:00", datetime(2025, 10, 6, 22, 15)),
        ("2025-10-07 22:30:00 -0400", datetime(2025, 10, 7, 22, 30)),
        ("2025-10-07T22:30Z", datetime(2025, 10, 7, 18, 30)),
        ("2025-10-07 22:30", datetime(2025, 10, 7, 22, 30)),
        ("2025-10-07 22:30 EST", None),
    ],
)
def test_an_instant_is_told_by_the_clock_of_its_row_s_zone(text: str, clock: datetime | None) -> None:
    rows = pl.DataFrame({"v": [text], "zone": ["America/New_York"]})
    assert rows.select(cast_column(local_time("v"), PLAIN, "zone").value).item() == clock
