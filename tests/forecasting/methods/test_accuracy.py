"""Accuracy, worked by hand."""

from __future__ import annotations

import polars as pl
import pytest

from forecasting.config import QUANTILE_LEVELS
from forecasting.methods.accuracy import accuracy


def _measured(actual: list[float], forecast: list[float], low: list[float], high: list[float]) -> dict[str, float]:
    below = {name for name, level in QUANTILE_LEVELS.items() if level < 0.5}
    bounds = {name: low if name in below else high for name in QUANTILE_LEVELS}
    rows = pl.DataFrame(
        {"actual": actual, "forecast": forecast, **bounds, "p50": forecast}, schema_overrides={"actual": pl.Float64}
    ).with_columns(
        pl.lit("units").alias("measure"),
        pl.lit("total").alias("level"),
        pl.lit("all").alias("series_id"),
        pl.lit("AutoETS").alias("model"),
        pl.lit(1).alias("horizon_bucket"),
        pl.lit(2.0).alias("scale"),
    )
    return accuracy(rows).row(0, named=True)


def test_errors_of_four_days() -> None:
    """Errors +2, -2, +4, 0 on actuals of 10, 20, 40, 10 (80 in all); the scale is 2.

    wape = 8/80; bias = +4/80; mape = (0.2 + 0.1 + 0.1 + 0)/4; rmse = sqrt(24/4); mase = (1 + 1 + 2 + 0)/4;
    rmsse = sqrt((1 + 1 + 4 + 0)/4).
    """
    row = _measured([10, 20, 40, 10], [12, 18, 44, 10], [9, 15, 41, 10], [13, 21, 47, 10])
    assert row["wape"] == pytest.approx(0.1)
    assert row["bias"] == pytest.approx(0.05)
    assert row["mape"] == pytest.approx(0.1)
    assert row["rmse"] == pytest.approx(6**0.5)
    assert row["mase"] == pytest.approx(1.0)
    assert row["rmsse"] == pytest.approx(1.5**0.5)
    assert row["mase_season"] == 7
    assert row["n"] == 4


def test_coverage_is_the_share_of_actuals_inside_bounds_included() -> None:
    """Inside, inside, below the lower bound, on both bounds."""
    row = _measured([10, 20, 40, 10], [12, 18, 44, 10], [9, 15, 41, 10], [13, 21, 47, 10])
    assert row["coverage_80"] == pytest.approx(0.75)
    assert row["coverage_95"] == pytest.approx(0.75)


def test_pinball_loss_of_one_day() -> None:
    """Actual 10; quantiles below the median 8, the median 9, above it 12; scale 2.

    Gaps in scales: +1 below (loss = level), +0.5 at the median (loss = 0.25), -1 above (loss = 1 - level).
    Below: 0.025 + 0.05 + 0.10 + 0.25 = 0.425; above the same by symmetry: (0.425 + 0.25 + 0.425) / 9.
    """
    row = _measured([10], [9], [8], [12])
    assert row["pinball"] == pytest.approx((0.425 + 0.25 + 0.425) / 9)


def test_mape_is_undefined_where_nothing_sold_on_a_day() -> None:
    assert _measured([0, 10], [1, 10], [0, 9], [2, 11])["mape"] is None


def test_shares_of_nothing_are_undefined() -> None:
    row = _measured([0, 0], [1, 0], [0, 0], [2, 1])
    assert row["wape"] is None
    assert row["bias"] is None


def test_without_intervals_there_is_no_coverage() -> None:
    rows = pl.DataFrame(
        {
            "measure": ["units"],
            "level": ["total"],
            "series_id": ["all"],
            "model": ["AutoETS"],
            "horizon_bucket": [1],
            "scale": [1.0],
            "actual": [1.0],
            "forecast": [1.0],
            **{name: pl.Series([None], dtype=pl.Float64) for name in QUANTILE_LEVELS},
        }
    )
    assert accuracy(rows).select("coverage_80", "coverage_95", "pinball").row(0) == (None, None, None)
