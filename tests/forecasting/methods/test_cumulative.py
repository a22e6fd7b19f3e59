"""Sums over the horizon have quantiles of their own."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from forecasting.config import QUANTILE_LEVELS
from forecasting.methods.cumulative import cumulative_coverage, cumulative_forecast, horizon_sums, sum_spread

_HORIZON = 10
_CUTOFFS = 12
_MEAN = 50.0
_FIRST = date(2026, 1, 4)


def _forecast(
    series_id: str, cutoff: date, mean: float, days: int = _HORIZON, closed: tuple[int, ...] = ()
) -> pl.DataFrame:
    rows = [(day, 0.0 if day in closed else mean, day in closed) for day in range(1, days + 1)]
    return pl.DataFrame(
        rows, schema={"horizon_day": pl.Int32, "forecast": pl.Float64, "is_closed": pl.Boolean}, orient="row"
    ).select(
        pl.lit("units").alias("measure"),
        pl.lit("channel").alias("level"),
        pl.lit(series_id).alias("series_id"),
        pl.lit("AutoETS").alias("model"),
        pl.lit(cutoff).alias("cutoff_date"),
        pl.all(),
    )


def _errors(wrong: np.ndarray, *, mean: float = _MEAN, series_id: str = "web", days: int = _HORIZON) -> pl.DataFrame:
    """Errors by cutoff and day; cutoffs are as far apart as the sums are long."""
    return pl.concat(
        _forecast(series_id, _FIRST + timedelta(days=_HORIZON * number), mean, days).with_columns(
            pl.Series("actual", mean + of_days)
        )
        for number, of_days in enumerate(wrong)
    )


def _drifting(size: float, *, days: int = _HORIZON) -> np.ndarray:
    """Every day of a cutoff misses by the same: perfectly correlated days, the worst case for sums."""
    return np.repeat(np.linspace(-size, size, 24)[:, None], days, axis=1)


def _row(errors: pl.DataFrame, mean: float = _MEAN) -> dict[str, float]:
    future = _forecast("web", date(2026, 11, 29), mean)
    return cumulative_forecast(future, errors, [_HORIZON]).row(0, named=True)


def test_sums_of_correlated_days_are_as_uncertain_as_the_days_say_together() -> None:
    """Ten days at 50; 24 cutoffs miss by -10 to 10 on every day: sums by -100 to 100, and 80 % of them by about 80.

    Of 24 sums the 90 % are read at 0.9 x 25 / 24 = 0.9375.
    """
    row = _row(_errors(_drifting(10)))
    assert row["mean"] == pytest.approx(500)
    assert row["p90"] == pytest.approx(500 + 100 * (2 * 0.9375 - 1))
    assert row["p10"] == pytest.approx(500 - 100 * (2 * 0.9375 - 1))


def test_sums_of_independent_days_are_far_less_uncertain_than_the_days_say_together() -> None:
    """Daily errors of 10: sums of ten days miss by 10 times the root of 10, not by 100."""
    row = _row(_errors(np.random.default_rng(1).normal(0, 10, (400, _HORIZON))))
    assert row["p90"] - row["mean"] == pytest.approx(1.2816 * 10 * 10**0.5, rel=0.1)


def test_drift_grows_with_the_forecast_and_noise_does_not() -> None:
    """A series that has doubled since the backtest."""
    drifting, noisy = _errors(_drifting(10)), _errors(np.random.default_rng(1).normal(0, 10, (400, _HORIZON)))
    # A constant error of a cutoff counts as noise too, so that drift is what remains of it.
    spread = [(_row(drifting, mean)["p90"] - mean * _HORIZON) for mean in (_MEAN, 2 * _MEAN)]
    assert spread[1] == pytest.approx(2 * spread[0], rel=0.1)
    spread = [(_row(noisy, mean)["p90"] - mean * _HORIZON) for mean in (_MEAN, 2 * _MEAN)]
    assert spread[1] == pytest.approx(spread[0], rel=0.1)


def test_noise_and_drift_of_a_series_by_hand() -> None:
    """Errors of +6 and -6 by cutoff: noise 6, sums miss by 60 of 500, of which noise explains 10 x 36 of 3600."""
    noise, drift = sum_spread(_errors(np.array([[6.0] * _HORIZON, [-6.0] * _HORIZON])), [_HORIZON])
    assert noise["noise"].item() == pytest.approx(6)
    assert drift["drift"].item() == pytest.approx(((3600 - 360) / 500**2) ** 0.5)


def test_the_median_of_a_sum_is_its_mean_although_the_backtest_was_biased() -> None:
    """All sums came 20 % above the forecast: one shop's one good year, and no rule."""
    row = _row(_errors(_drifting(10) + 10))
    assert row["p50"] == pytest.approx(row["mean"])


def test_closed_days_add_no_uncertainty() -> None:
    errors = _errors(np.random.default_rng(1).normal(0, 10, (400, _HORIZON)))
    future = _forecast("web", date(2026, 11, 29), _MEAN, closed=(1, 2, 3, 4, 5, 6))
    row = cumulative_forecast(future, errors, [_HORIZON]).row(0, named=True)
    assert row["mean"] == 200
    assert row["p90"] - row["mean"] == pytest.approx(1.2816 * 10 * 4**0.5, rel=0.1)


def test_no_quantile_falls_from_fewer_days_to_more() -> None:
    """Sums of three days missed by next to nothing, sums of ten by more than they are."""
    wrong = np.repeat(np.linspace(-200, 200, 24)[:, None], _HORIZON, axis=1)
    wrong[:, :3] = np.linspace(-0.1, 0.1, 24)[:, None]
    rows = cumulative_forecast(_forecast("web", date(2026, 11, 29), _MEAN), _errors(wrong), [3, 10])
    values = rows.sort("horizon_days").select(*QUANTILE_LEVELS).drop("p025", "p05", "p95", "p975").to_numpy()
    assert (np.diff(values, axis=0) >= 0).all()
    assert (np.diff(values, axis=1) >= 0).all()


def test_a_horizon_beyond_the_backtest_has_a_mean_and_no_quantiles() -> None:
    future = _forecast("web", date(2026, 11, 29), _MEAN)
    sums = cumulative_forecast(future, _errors(_drifting(10, days=5), days=5), [5, 10]).sort("horizon_days")
    assert sums.select("horizon_days", "mean").rows() == [(5, 250), (10, 500)]
    assert sums["p90"][0] is not None
    assert sums["p90"][1] is None


def test_sums_are_of_whole_windows_only() -> None:
    sums = horizon_sums(_forecast("web", _FIRST, 2.0, days=7, closed=(7,)), ["forecast"], [5, 7, 8])
    assert sums.select("horizon_days", "open_days", "forecast").rows() == [(5, 5, 10.0), (7, 6, 12.0)]


def test_a_series_that_was_never_tested_borrows_no_noise() -> None:
    future = _forecast("new", date(2026, 11, 29), _MEAN)
    row = cumulative_forecast(future, _errors(_drifting(10)), [_HORIZON]).row(0, named=True)
    assert (row["mean"], row["p10"], row["p90"]) == (500, None, None)


def test_coverage_is_of_intervals_that_did_not_know_the_sums() -> None:
    """Errors of which none is like another: the widest is outside whatever is learned from the rest."""
    random = np.random.default_rng(3)
    errors = pl.concat(
        _errors(random.normal(0, 10, (60, 1)) + random.normal(0, 1, (60, _HORIZON)), series_id=f"series {n}")
        for n in range(10)
    )
    covered = cumulative_coverage(errors, [_HORIZON]).row(0, named=True)
    assert covered["coverage_n"] == 600
    assert covered["coverage_80"] == pytest.approx(0.8, abs=0.04)
    assert covered["coverage_95"] == pytest.approx(0.95, abs=0.02)


def test_sums_that_share_days_with_the_held_out_one_teach_it_nothing() -> None:
    """One cutoff of 21 series alone: nothing is far enough away to learn from."""
    errors = pl.concat(_errors(np.full((1, _HORIZON), float(n)), series_id=f"series {n}") for n in range(21))
    shifted = errors.with_columns(pl.col("cutoff_date") + timedelta(days=_HORIZON - 1))
    covered = cumulative_coverage(pl.concat([errors, shifted]), [_HORIZON]).row(0, named=True)
    assert (covered["coverage_80"], covered["coverage_n"]) == (None, 0)
    apart = errors.with_columns(pl.col("cutoff_date") + timedelta(days=_HORIZON))
    assert cumulative_coverage(pl.concat([errors, apart]), [_HORIZON])["coverage_n"].item() == 42
