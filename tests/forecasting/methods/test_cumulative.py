"""Sums over the horizon have quantiles of their own."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from forecasting.methods.calibration import SCORES_INSIDE
from forecasting.methods.cumulative import cumulative_coverage, cumulative_forecast

_NAMES = {"measure": "units", "level": "total", "series_id": "all", "model": "AutoETS"}
_HORIZON = 10
_SCALE = 2.0
_EVENLY = np.linspace(-1, 1, SCORES_INSIDE + 1).tolist()


def _daily(mean: float) -> pl.DataFrame:
    days = pl.DataFrame({"horizon_day": range(1, _HORIZON + 1)}, schema={"horizon_day": pl.Int32})
    return days.with_columns(
        *(pl.lit(v).alias(k) for k, v in _NAMES.items()), pl.lit(mean).alias("mean"), pl.lit(_SCALE).alias("scale")
    )


def _errors(of_cutoff: list[float], days: int = _HORIZON) -> pl.DataFrame:
    """Every day of a cutoff misses by the same scaled error: perfectly correlated days, the worst case for sums."""
    return pl.DataFrame(
        [
            (*_NAMES.values(), date(2026, 1, 1) + timedelta(days=cutoff), day, error)
            for cutoff, error in enumerate(of_cutoff)
            for day in range(1, days + 1)
        ],
        schema=[*_NAMES, "cutoff_date", "horizon_day", "scaled_error"],
        orient="row",
    )


def test_sums_of_correlated_days_are_as_uncertain_as_the_days_say_together() -> None:
    """Ten days at 50; errors of -1 to +1 scale on every day of a cutoff: the sum misses by 10 scales of 2 = 20."""
    daily = _daily(50)
    row = cumulative_forecast(daily, daily, _errors(_EVENLY), [10]).row(0, named=True)
    assert row["mean"] == pytest.approx(500)
    assert row["p50"] == pytest.approx(500)
    assert row["p90"] == pytest.approx(500 + 0.8 * 20)
    assert row["p10"] == pytest.approx(500 - 0.8 * 20)


def test_the_sum_follows_the_reconciled_days() -> None:
    row = cumulative_forecast(_daily(50), _daily(25), _errors(_EVENLY), [10]).row(0, named=True)
    assert row["mean"] == pytest.approx(250)
    assert row["p90"] == pytest.approx((500 + 16) / 2)


def test_a_horizon_beyond_the_backtest_has_a_mean_and_no_quantiles() -> None:
    daily = _daily(50)
    sums = cumulative_forecast(daily, daily, _errors(_EVENLY, days=5), [5, 10]).sort("horizon_days")
    assert sums.select("horizon_days", "mean").rows() == [(5, 250), (10, 500)]
    assert sums["p90"].to_list() == [pytest.approx(250 + 0.8 * 10), None]


def test_coverage_is_the_share_of_the_measures_series_whose_sum_fell_inside() -> None:
    """Sums that missed by 10 times 0.5 and 10 times 0.9 scales, where 8 of 10 lay within 10 times 0.8."""
    reported = pl.concat(
        _errors([missed]).with_columns(series_id=pl.lit(name)) for name, missed in {"web": 0.5, "pos": 0.9}.items()
    )
    covered = cumulative_coverage(_errors(_EVENLY), reported, [10])
    assert covered.rows() == [("units", 10, 0.5, None)]
