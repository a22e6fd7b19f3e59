"""Calibration: intervals from pooled scaled errors cover what they promise."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from forecasting.config import QUANTILE_LEVELS
from forecasting.methods.calibration import SCORES_INSIDE, SCORES_OUTSIDE, apply_quantiles, error_quantiles, with_bucket

_BY = ("measure", "level")
_POOL = ("measure",)


def _errors(level: str, scaled_errors: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame({"measure": "units", "level": level, "scaled_error": scaled_errors, "independence": 1.0})


def test_pooled_intervals_cover_new_days_as_often_as_they_say() -> None:
    """Series of very different size, noise proportional to each: errors on 40 series, coverage on as many new days."""
    random = np.random.default_rng(11)
    scales = random.uniform(1, 500, size=40)
    learned = error_quantiles(_errors("category", random.normal(size=40 * 30)), _BY, _POOL)
    future = pl.DataFrame(
        {"measure": "units", "level": "category", "mean": np.repeat(scales * 20, 100), "scale": np.repeat(scales, 100)}
    )
    rows = apply_quantiles(future, learned, _BY).with_columns(
        (pl.col("mean") + pl.col("scale") * pl.Series(random.normal(size=future.height))).alias("actual")
    )
    covered = rows.select(
        eighty=pl.col("actual").is_between("p10", "p90").mean(),
        ninety_five=pl.col("actual").is_between("p025", "p975").mean(),
    )
    assert covered["eighty"].item() == pytest.approx(0.80, abs=0.03)
    assert covered["ninety_five"].item() == pytest.approx(0.95, abs=0.02)


def test_quantiles_rise() -> None:
    learned = error_quantiles(_errors("total", np.random.default_rng(3).normal(size=200)), _BY, _POOL)
    values = learned.select(*QUANTILE_LEVELS).row(0)
    assert list(values) == sorted(values)


def test_quantiles_are_of_one_set_of_scores_and_never_cross() -> None:
    """A new shop's total: enough wide errors for its own 90 %, too few for its 95 %, and a pool of narrow ones."""
    few, many = _errors("total", np.linspace(-9, 9, 60)), _errors("category", np.linspace(-1, 1, 60))
    learned = error_quantiles(pl.concat([few, many]), _BY, _POOL).select("level", *QUANTILE_LEVELS)
    for _, *values in learned.rows():
        assert None not in values
        assert values == sorted(values)


def test_a_level_with_few_scores_takes_all_of_its_quantiles_from_the_measures_other_levels() -> None:
    few = _errors("total", np.full(SCORES_OUTSIDE - 1, 100.0))
    many = _errors("category", np.linspace(-1, 1, 1001))
    learned = {row["level"]: row for row in error_quantiles(pl.concat([few, many]), _BY, _POOL).iter_rows(named=True)}
    pool = np.concatenate([few["scaled_error"].to_numpy(), many["scaled_error"].to_numpy()])
    assert learned["total"]["p50"] == pytest.approx(np.quantile(pool, 0.5))
    assert learned["category"]["p50"] == pytest.approx(0.0)
    assert learned["category"]["p975"] == pytest.approx(2 * 0.975 * 1002 / 1001 - 1)


def test_with_enough_scores_a_level_speaks_for_itself() -> None:
    own = _errors("total", np.full(SCORES_OUTSIDE, 100.0))
    learned = error_quantiles(pl.concat([own, _errors("category", np.zeros(500))]), _BY, _POOL)
    assert learned.filter(pl.col("level") == "total")["p50"].item() == 100.0


def test_scores_that_share_their_days_widen_the_interval() -> None:
    """101 scores from -1 to 1; of 9 independent ones, 90 % is read at 0.9 x 10 / 9 = 1, the largest of them."""
    scores = _errors("total", np.linspace(-1, 1, 101))
    alone = error_quantiles(scores, _BY, _POOL).row(0, named=True)
    shared = error_quantiles(scores.with_columns(pl.lit(9 / 101).alias("independence")), _BY, _POOL).row(0, named=True)
    assert alone["p90"] == pytest.approx(2 * 0.9 * 102 / 101 - 1)
    assert (shared["p10"], shared["p50"], shared["p90"]) == pytest.approx((-1, 0, 1))
    assert shared["p75"] == pytest.approx(2 * 0.75 * 10 / 9 - 1)


def test_quantiles_are_in_the_units_of_the_series_and_never_below_zero() -> None:
    learned = error_quantiles(_errors("total", np.linspace(-1, 1, 201)), _BY, _POOL)
    forecast = pl.DataFrame({"measure": ["units"], "level": ["total"], "mean": [6.0], "scale": [10.0]})
    row = apply_quantiles(forecast, learned, _BY).row(0, named=True)
    assert (row["p10"], row["p50"]) == (0.0, pytest.approx(6.0))
    assert row["p90"] == pytest.approx(6 + 10 * (2 * 0.9 * 202 / 201 - 1))


def test_what_is_certain_has_no_width_whatever_is_learned() -> None:
    """A closed day, also of a series for which nothing could be learned."""
    few = error_quantiles(_errors("total", np.zeros(SCORES_INSIDE - 1)), _BY, _POOL)
    forecast = pl.DataFrame({"measure": ["units"], "level": ["total"], "mean": [0.0], "scale": [0.0]})
    assert apply_quantiles(forecast, few, _BY).select(*QUANTILE_LEVELS).row(0) == (0.0,) * len(QUANTILE_LEVELS)


@pytest.mark.parametrize(("day", "bucket"), [(1, 1), (7, 1), (8, 8), (30, 8), (31, 31), (60, 31), (61, 61), (90, 61)])
def test_horizon_buckets(day: int, bucket: int) -> None:
    assert with_bucket(pl.DataFrame({"horizon_day": [day]}))["horizon_bucket"].item() == bucket


@pytest.mark.parametrize(
    ("scores", "known"),
    [
        (SCORES_INSIDE - 1, set()),
        (SCORES_INSIDE, {"p10", "p25", "p50", "p75", "p90"}),
        (SCORES_OUTSIDE - 1, {"p10", "p25", "p50", "p75", "p90"}),
        (SCORES_OUTSIDE, set(QUANTILE_LEVELS)),
    ],
)
def test_a_quantile_that_too_few_scores_speak_for_is_not_known(scores: int, known: set[str]) -> None:
    learned = error_quantiles(_errors("total", np.linspace(-1, 1, scores)), _BY, _POOL).row(0, named=True)
    assert {name for name in QUANTILE_LEVELS if learned[name] is not None} == known
