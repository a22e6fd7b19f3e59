"""Days on which a series never sells."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from forecasting.methods.trading_days import closed_days
from tests.forecasting.methods.panels import LAST, cutoffs, of_days, series

_SUNDAY = 6
_NO_HOLIDAYS = pl.DataFrame(schema={"date": pl.Date, "holiday": pl.String})


def _closed(
    panel: pl.DataFrame, holidays: pl.DataFrame = _NO_HOLIDAYS, cutoff: date = LAST, days: int = 42
) -> set[date]:
    return set(closed_days(panel, cutoffs(panel, cutoff), holidays, days)["forecast_date"].to_list())


def test_sundays_without_any_sale_are_closed() -> None:
    panel = series(of_days(120, lambda day: 0 if day.weekday() == _SUNDAY else 5))
    assert _closed(panel, days=14) == {LAST + timedelta(days=7), LAST + timedelta(days=14)}


def test_one_sale_on_a_sunday_opens_it() -> None:
    panel = series(of_days(120, lambda day: 5 if day.weekday() != _SUNDAY or day == date(2026, 10, 4) else 0))
    assert _closed(panel) == set()


def test_a_series_that_sells_seldom_is_open_on_days_without_a_sale_so_far() -> None:
    """A bulk order every eleven days, on a weekday when the eleventh day is a Sunday."""
    orders = {LAST - timedelta(days=11 * n) for n in range(34)}
    panel = series(of_days(364, lambda day: 40 if day in orders and day.weekday() != _SUNDAY else 0))
    assert _closed(panel) == set()


def test_what_is_closed_is_known_from_the_days_before_a_cutoff_alone() -> None:
    """Sundays are closed from June on: a forecast of May cannot know it."""
    june = date(2026, 6, 1)
    panel = series(of_days(400, lambda day: 0 if day.weekday() == _SUNDAY and day >= june else 5))
    assert _closed(panel, cutoff=june - timedelta(days=1)) == set()
    assert {day.weekday() for day in _closed(panel)} == {_SUNDAY}


def test_a_holiday_without_a_sale_in_two_years_is_closed() -> None:
    days = [date(year, 12, 25) for year in (2024, 2025, 2026)]
    holidays = pl.DataFrame({"date": days, "holiday": "US: Christmas Day"})
    panel = series(of_days(800, lambda day: 0 if (day.month, day.day) == (12, 25) else 5))
    assert _closed(panel, holidays) == {date(2026, 12, 25)}


def test_a_holiday_that_was_seen_once_proves_nothing() -> None:
    holidays = pl.DataFrame({"date": [date(2025, 12, 25), date(2026, 12, 25)], "holiday": "US: Christmas Day"})
    panel = series(of_days(364, lambda day: 0 if (day.month, day.day) == (12, 25) else 5))
    assert _closed(panel, holidays) == set()
