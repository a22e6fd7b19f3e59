"""Forecasts of the past: where to cut, and the errors made there."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from forecasting.config import SERIES, WEEK, YEAR, ForecastConfig
from forecasting.methods.calibration import with_bucket
from forecasting.methods.models import Windows, candidate_names

_LEARNING_DAYS = 4 * WEEK
"""Shortest history that an origin leaves to learn from."""


@dataclass(frozen=True)
class Plan:
    """How series of one history length are tested and with what."""

    windows: Windows
    candidates: tuple[str, ...]


def plan_backtest(days: int, config: ForecastConfig) -> Plan | None:
    """Cutoffs and candidates for a history of ``days`` complete days, the cutoffs spread over its last year.

    Returns:
        the plan; None where the history is shorter than ``config.minimum_history``.
    """
    if days < config.minimum_history:
        return None
    horizon = min(config.horizon, (days - _LEARNING_DAYS) // 2)
    gaps = max(config.origins - 1, 1)
    room = days - _LEARNING_DAYS - horizon
    step = max(1, min(room // gaps, (YEAR - horizon) // gaps))
    windows = Windows(count=min(config.origins, room // step + 1), step=step, horizon=horizon)
    shortest = days - windows.horizon - (windows.count - 1) * windows.step
    return Plan(windows, candidate_names(shortest))


def backtest_errors(tests: pl.DataFrame, panel: pl.DataFrame, scale: pl.DataFrame) -> pl.DataFrame:
    """Out-of-sample errors of every candidate.

    Args:
        tests: unique_id, ds, cutoff, y and a column per model (see :class:`forecasting.methods.models.Fitted`).
        panel: measure, level, series_id, unique_id, date, value.
        scale: measure, level, series_id, scale.

    Returns:
        measure, level, series_id, model, cutoff_date, forecast_date, horizon_day, horizon_bucket, actual, forecast,
        scale, scaled_error ((actual - forecast) / scale), is_reporting_cutoff: the last origin, on which nothing
        is chosen or calibrated, so that its errors are honest. The yardstick alone knows those days: a series that
        has only begun to sell has no other.
    """
    models = [c for c in tests.columns if c not in {"unique_id", "ds", "cutoff", "y"}]
    long = tests.unpivot(models, index=["unique_id", "ds", "cutoff", "y"], variable_name="model", value_name="forecast")
    names = panel.select("unique_id", *SERIES).unique()
    return with_bucket(
        long.join(names, on="unique_id")
        .join(scale, on=SERIES)
        .select(
            *SERIES,
            "model",
            pl.col("cutoff").cast(pl.Date).alias("cutoff_date"),
            pl.col("ds").cast(pl.Date).alias("forecast_date"),
            (pl.col("ds") - pl.col("cutoff")).dt.total_days().cast(pl.Int32).alias("horizon_day"),
            pl.col("y").cast(pl.Float64).alias("actual"),
            pl.col("forecast").clip(lower_bound=0),
            "scale",
        )
        .with_columns(
            ((pl.col("actual") - pl.col("forecast")) / pl.col("scale")).alias("scaled_error"),
            (pl.col("cutoff_date") == pl.col("cutoff_date").max()).alias("is_reporting_cutoff"),
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


def errors_schema() -> pl.Schema:
    """Schema of :func:`backtest_errors`."""
    return pl.Schema(
        {
            **dict.fromkeys((*SERIES, "model"), pl.String),
            "cutoff_date": pl.Date,
            "forecast_date": pl.Date,
            "horizon_day": pl.Int32,
            "actual": pl.Float64,
            "forecast": pl.Float64,
            "scale": pl.Float64,
            "scaled_error": pl.Float64,
            "is_reporting_cutoff": pl.Boolean,
            "horizon_bucket": pl.Int32,
        }
    )


def to_nixtla(panel: pl.DataFrame) -> pl.DataFrame:
    """The three columns that statsforecast takes: any further one would become a regressor."""
    return panel.select("unique_id", pl.col("date").alias("ds"), pl.col("value").alias("y"))
