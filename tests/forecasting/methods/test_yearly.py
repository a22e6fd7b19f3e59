"""Last year's days as a forecast, and what holidays do to it."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from forecasting.methods.holiday_effects import holiday_effects, without_holidays
from forecasting.methods.yearly import NEEDED_DAYS, with_weeks_around, year_ago
from tests.forecasting.methods.panels import LAST, cutoffs, of_days, series

_DAYS = 730


def _forecast(panel: pl.DataFrame, cutoff: date = LAST, horizon: int = 10) -> list[float]:
    return year_ago(panel, cutoffs(panel, cutoff), horizon).sort("forecast_date")["forecast"].to_list()


def test_the_same_weekday_of_last_year_with_half_of_the_growth_since() -> None:
    """Four times last year's level is beyond what counts as growth: twice, and the square root of that."""
    peak = LAST + timedelta(days=3 - 364)
    grown = series(of_days(_DAYS, lambda day: 50 if day == peak else 10 if day <= LAST - timedelta(days=28) else 40))
    forecast = _forecast(grown)
    assert forecast[0] == pytest.approx(10 * 2**0.5)
    assert forecast[2] == pytest.approx(50 * 2**0.5)


def test_without_growth_last_year_comes_again() -> None:
    steady = series(of_days(_DAYS, lambda day: 10 + day.weekday()))
    assert _forecast(steady) == pytest.approx([10 + (LAST + timedelta(days=n)).weekday() for n in range(1, 11)])


def test_a_cutoff_knows_nothing_of_the_days_after_it() -> None:
    cutoff = LAST - timedelta(days=90)
    later = series(of_days(_DAYS, lambda day: 10 if day <= cutoff else 1_000))
    assert _forecast(later, cutoff) == pytest.approx([10.0] * 10)


def test_a_day_with_the_weeks_around_it_keeps_its_weekday_and_spreads_its_noise() -> None:
    """Forty on one Wednesday more than usual: twenty stay, ten go to the Wednesdays beside it; the sum is the same."""
    peak = LAST - timedelta(days=25)
    panel = series(of_days(60, lambda day: 10 + day.weekday() + (40 if day == peak else 0)))
    spread = with_weeks_around(panel)
    beyond = dict(spread.select("date", pl.col("value") - 10 - pl.col("date").dt.weekday() + 1).rows())
    assert {day: value for day, value in beyond.items() if value} == {
        peak - timedelta(days=7): 10,
        peak: 20,
        peak + timedelta(days=7): 10,
    }


def test_a_year_that_began_with_nothing_is_no_forecast() -> None:
    launched = series([0.0] * 100 + [5.0] * NEEDED_DAYS)
    panel = launched.filter(pl.col("date") > LAST - timedelta(days=NEEDED_DAYS + 50))
    assert all(value != value for value in _forecast(panel, LAST - timedelta(days=28)))


_HOLIDAYS = pl.DataFrame(
    {"date": [date(2024, 12, 25), date(2025, 12, 25), date(2026, 12, 25)], "holiday": "US: Christmas Day"}
)


def _with_christmas() -> pl.DataFrame:
    """Ten a day, two on Christmas: a fifth of the weekday's usual sales."""
    return series(of_days(800, lambda day: 2 if (day.month, day.day) == (12, 25) else 10))


def test_the_effect_of_a_holiday_is_learned_from_the_weekdays_around_it_and_believed_by_how_often_it_came() -> None:
    panel = _with_christmas()
    # Two Christmases: two thirds of the fall from 1 to 0.2. Before the second was over, one: half of it.
    known = holiday_effects(panel, cutoffs(panel, LAST, date(2025, 12, 30)), _HOLIDAYS).sort("cutoff_date")
    assert known["effect"].to_list() == [pytest.approx(1 - 0.8 / 2), pytest.approx(1 - 0.8 * 2 / 3)]


def test_without_holidays_a_day_is_as_its_weekday_usually_is() -> None:
    plain = without_holidays(_with_christmas(), _HOLIDAYS)
    assert plain["value"].to_list() == pytest.approx([10.0] * 800)
    assert plain["date"].to_list() == _with_christmas()["date"].to_list()
