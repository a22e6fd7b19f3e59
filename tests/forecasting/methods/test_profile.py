"""Demand classes and statuses, worked by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from forecasting.config import ForecastConfig
from forecasting.methods.panel import build_panel
from forecasting.methods.profile import ENDED, FORECAST, TOO_NEW, series_profile
from tests.forecasting.methods.panels import LAST, series

_FIRST_FORECAST = ForecastConfig().first_forecast


def _profile(values: list[float]) -> dict[str, Any]:
    return series_profile(build_panel(series(values), LAST), _FIRST_FORECAST).row(0, named=True)


@pytest.mark.parametrize(
    ("week", "adi", "cv2", "demand_class"),
    [
        ([4, 4, 4, 4, 4, 4, 4], 1.0, 0.0, "smooth"),
        # One day in seven: an interval of 7.
        ([4, 0, 0, 0, 0, 0, 0], 7.0, 0.0, "intermittent"),
        # 1 and 19: mean 10, standard deviation 9.
        ([1, 19], 1.0, 0.81, "erratic"),
        ([1, 0, 19, 0], 2.0, 0.81, "lumpy"),
        # A day of returns is a day without a sale.
        ([4, -1], 2.0, 0.0, "intermittent"),
    ],
)
def test_demand_classes_of_syntetos_boylan_and_croston(
    week: list[float], adi: float, cv2: float, demand_class: str
) -> None:
    profile = _profile((week * 364)[:364])
    assert profile["adi"] == pytest.approx(adi)
    assert profile["cv2"] == pytest.approx(cv2)
    assert profile["demand_class"] == demand_class


@pytest.mark.parametrize(
    ("adi_days", "demand_class"),
    [
        # 364 days by 276 are 1.3188, by 275 are 1.3236: the border is 1.32.
        (276, "smooth"),
        (275, "intermittent"),
    ],
)
def test_the_border_of_intermittent_demand_is_an_interval_of_132(adi_days: int, demand_class: str) -> None:
    assert _profile([1.0, *[0.0] * (364 - adi_days), *[1.0] * (adi_days - 1)])["demand_class"] == demand_class


def test_a_series_of_less_than_four_weeks_is_not_forecast_yet() -> None:
    assert _profile([5.0] * (_FIRST_FORECAST - 1))["status"] == TOO_NEW
    assert _profile([5.0] * _FIRST_FORECAST)["status"] == FORECAST


def test_zeros_before_the_first_sale_are_no_history() -> None:
    profile = _profile([0.0] * 392 + [100.0] * 8)
    assert profile["day_count"] == 8
    assert profile["first_date"] == LAST - timedelta(days=7)
    assert profile["status"] == TOO_NEW


def test_silence_ends_a_series_and_a_pause_like_those_before_does_not() -> None:
    assert _profile([5.0] * 200 + [0.0] * 57)["status"] == ENDED
    assert _profile([5.0] * 200 + [0.0] * 56)["status"] == FORECAST
    # It paused for 29 days before: 88 are more than three times as many, 87 are not.
    paused = [5.0] * 100 + [0.0] * 28 + [5.0] * 100
    assert _profile(paused + [0.0] * 87)["status"] == FORECAST
    assert _profile(paused + [0.0] * 88)["status"] == ENDED


def test_a_series_of_returns_alone_has_no_demand() -> None:
    profile = _profile([-1.0] * 60)
    assert (profile["status"], profile["adi"], profile["demand_class"]) == (ENDED, None, None)
