"""Backtest plans: as many honest cutoffs as a history allows."""

from __future__ import annotations

import pytest

from forecasting.backtesting import plan_backtest
from forecasting.config import ForecastConfig
from forecasting.models import BASELINE

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
    plan = plan_backtest(730, CONFIG)
    assert plan is not None
    assert (plan.windows.count, plan.windows.horizon) == (CONFIG.origins, CONFIG.horizon)
    assert plan.windows.horizon + (plan.windows.count - 1) * plan.windows.step <= 364


@pytest.mark.parametrize(("days", "allowed"), [(500, False), (725, False), (726, True), (1000, True)])
def test_yearly_models_need_a_year_behind_the_first_origin(days: int, allowed: bool) -> None:
    """Six origins 54 days apart and a horizon of 90 days reach back 360: 726 days leave 366 before the first."""
    plan = plan_backtest(days, CONFIG)
    assert plan is not None
    assert ({"YearAgo", "MFLES"} <= set(plan.candidates)) is allowed
