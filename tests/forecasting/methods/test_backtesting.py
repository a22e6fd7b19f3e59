"""Backtest plans: as many honest cutoffs as a history allows."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from forecasting.config import ForecastConfig
from forecasting.methods.backtesting import before_reporting, plan_backtest
from forecasting.methods.models import BASELINE

_LEARNING = 28
CONFIG = ForecastConfig()


def test_a_short_history_is_not_tested() -> None:
    assert plan_backtest(CONFIG.minimum_history - 1, CONFIG) is None


@pytest.mark.parametrize("days", [56, 57, 90, 120, 200, 365, 500, 730, 1500])
def test_every_cutoff_leaves_four_weeks_to_learn_and_its_horizon_to_test(days: int) -> None:
    plan = plan_backtest(days, CONFIG)
    assert plan is not None
    windows = plan.windows
    assert 1 <= windows.count <= CONFIG.origins
    assert 1 <= windows.horizon <= CONFIG.horizon
    assert days - windows.horizon - (windows.count - 1) * windows.step >= _LEARNING
    assert BASELINE in plan.candidates


def test_two_years_allow_the_whole_horizon_from_every_origin_spread_over_a_year() -> None:
    plan = plan_backtest(800, CONFIG)
    assert plan is not None
    assert (plan.windows.count, plan.windows.horizon) == (CONFIG.origins, CONFIG.horizon)
    assert 330 <= plan.windows.horizon + (plan.windows.count - 1) * plan.windows.step <= 364


@pytest.mark.parametrize(
    ("days", "yearly", "step"), [(586, False, 18), (587, True, 7), (730, True, 16), (1000, True, 18)]
)
def test_origins_stand_closer_where_that_leaves_a_year_behind_the_first(days: int, yearly: bool, step: int) -> None:
    """Last year needs 392 days, the horizon 90, and fifteen weeks between the origins 105: 587."""
    plan = plan_backtest(days, CONFIG)
    assert plan is not None
    assert (plan.yearly, plan.windows.step) == (yearly, step)


def test_sporadic_series_are_not_offered_a_rhythm_but_the_baselines() -> None:
    steady, sporadic = plan_backtest(730, CONFIG), plan_backtest(730, CONFIG, sporadic=True)
    assert steady is not None and sporadic is not None
    assert {"CrostonSBA", "TSB", "IMAPA", "ADIDA", BASELINE} <= set(sporadic.candidates)
    assert not {"AutoETS", "MSTL", "SeasonalWindowAverage"} & set(sporadic.candidates)
    assert not sporadic.yearly
    assert sporadic.windows == steady.windows


def _tested(series_id: str, *cutoffs: date) -> pl.DataFrame:
    """Ten days from each cutoff."""
    return pl.DataFrame(
        [
            ("units", "channel", series_id, cutoff, cutoff + timedelta(days=day))
            for cutoff in cutoffs
            for day in range(1, 11)
        ],
        schema=["measure", "level", "series_id", "cutoff_date", "forecast_date"],
        orient="row",
    )


def test_what_is_judged_on_is_kept_from_every_origin() -> None:
    """The window of the 10th reaches to the 20th; the last origin is the 16th."""
    tested = _tested("web", date(2026, 3, 10), date(2026, 3, 16))
    kept = before_reporting(tested)
    assert kept["cutoff_date"].unique().to_list() == [date(2026, 3, 10)]
    assert kept["forecast_date"].to_list() == [date(2026, 3, day) for day in range(11, 17)]


def test_each_series_has_a_last_origin_of_its_own() -> None:
    tested = pl.concat([_tested("web", date(2026, 3, 1), date(2026, 3, 20)), _tested("pos", date(2026, 3, 1))])
    assert before_reporting(tested)["series_id"].to_list() == ["web"] * 10
