"""Forecasts of the past: where to cut, and the errors made there."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from forecasting.config import SERIES, WEEK, YEAR, ForecastConfig
from forecasting.methods.calibration import with_bucket
from forecasting.methods.models import Windows, candidate_names
from forecasting.methods.yearly import NEEDED_DAYS

_LEARNING_DAYS = 4 * WEEK
"""Shortest history that an origin leaves to learn from."""


@dataclass(frozen=True)
class Plan:
    """How series of one history length are tested and with what.

    Attributes:
        windows: the cutoffs.
        candidates: names of statsforecast's models.
        yearly: whether the year before every cutoff is known, so that last year can be a candidate.
    """

    windows: Windows
    candidates: tuple[str, ...]
    yearly: bool


def plan_backtest(days: int, config: ForecastConfig, *, sporadic: bool = False) -> Plan | None:
    """Cutoffs and candidates for a history of ``days`` complete days, the cutoffs spread over its last year.

    They stand closer where that leaves the first of them a whole year to learn from, but not closer than a week.

    Returns:
        the plan; None where the history is shorter than ``config.minimum_history``.
    """
    if days < config.minimum_history:
        return None
    horizon = min(config.horizon, (days - _LEARNING_DAYS) // 2)
    gaps = max(config.origins - 1, 1)
    for learning in (NEEDED_DAYS, _LEARNING_DAYS):
        room = days - learning - horizon
        step = max(1, min(room // gaps, (YEAR - horizon) // gaps))
        if room // gaps >= WEEK:
            break
    windows = Windows(count=min(config.origins, room // step + 1), step=step, horizon=horizon)
    shortest = days - windows.horizon - (windows.count - 1) * windows.step
    names = candidate_names(shortest, sporadic=sporadic)
    return Plan(windows, names, yearly=shortest >= NEEDED_DAYS and not sporadic)


def backtest_errors(forecasts: pl.DataFrame, panel: pl.DataFrame, scale: pl.DataFrame) -> pl.DataFrame:
    """Out-of-sample errors of every candidate.

    Args:
        forecasts: measure, level, series_id, model, cutoff_date, forecast_date, horizon_day, forecast, is_closed (see
            :func:`forecasting.methods.candidates.candidate_forecasts`), of any cutoff; those of days that the panel
            does not know are left out.
        panel: measure, level, series_id, date, value.
        scale: measure, level, series_id, scale.

    Returns:
        the forecasts' columns and horizon_bucket, actual, scale, scaled_error ((actual - forecast) / scale),
        independence (1: see :mod:`forecasting.methods.calibration`), is_reporting_cutoff: the last origin, on which
        nothing is chosen or calibrated, so that its errors are honest. The yardstick alone knows those days: a series
        that has only begun to sell has no other.
    """
    actual = panel.select(*SERIES, pl.col("date").alias("forecast_date"), pl.col("value").alias("actual"))
    return with_bucket(
        forecasts.join(actual, on=[*SERIES, "forecast_date"], maintain_order="left")
        .join(scale, on=SERIES, maintain_order="left")
        .with_columns(
            ((pl.col("actual") - pl.col("forecast")) / pl.col("scale")).alias("scaled_error"),
            pl.lit(1.0).alias("independence"),
            (pl.col("cutoff_date") == pl.col("cutoff_date").max().over(SERIES)).alias("is_reporting_cutoff"),
        )
    )


def before_reporting(errors: pl.DataFrame) -> pl.DataFrame:
    """Errors of days up to the reporting cutoff: forecasts of earlier origins reach into the days that it is judged by.

    Args:
        errors: result of :func:`backtest_errors`.

    Returns:
        the same columns; nothing of a series that was forecast from one origin only.
    """
    return errors.filter(pl.col("forecast_date") <= pl.col("cutoff_date").max().over(SERIES))


def to_nixtla(panel: pl.DataFrame) -> pl.DataFrame:
    """The three columns that statsforecast takes: any further one would become a regressor."""
    return panel.select("unique_id", pl.col("date").alias("ds"), pl.col("value").alias("y"))
