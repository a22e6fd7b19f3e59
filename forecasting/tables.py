"""The tables of the forecast schema: names, columns and types, empty or not."""

from __future__ import annotations

from typing import Any

import polars as pl

from forecasting.config import QUANTILE_LEVELS

_SERIES: dict[str, Any] = {"measure": pl.String, "level": pl.String, "series_id": pl.String}
_QUANTILES: dict[str, Any] = dict.fromkeys(QUANTILE_LEVELS, pl.Float64)

_RUN: dict[str, Any] = {
    "run_id": pl.String,
    "as_of": pl.Datetime("us"),
    "last_complete_date": pl.Date,
    "horizon_days": pl.Int32,
    "seed": pl.Int64,
    "versions": pl.String,
    "series_count": pl.Int32,
    "duration_seconds": pl.Float64,
}

TABLES: dict[str, pl.Schema] = {
    "forecast_run": pl.Schema(_RUN),
    "fct_forecast": pl.Schema(
        {
            "run_id": pl.String,
            "as_of": pl.Datetime("us"),
            **_SERIES,
            "forecast_date": pl.Date,
            "horizon_day": pl.Int32,
            "model": pl.String,
            "mean": pl.Float64,
            **_QUANTILES,
            "is_selected": pl.Boolean,
        }
    ),
    "fct_forecast_cumulative": pl.Schema(
        {
            "run_id": pl.String,
            "as_of": pl.Datetime("us"),
            **_SERIES,
            "horizon_days": pl.Int32,
            "model": pl.String,
            "mean": pl.Float64,
            **_QUANTILES,
            "coverage_80": pl.Float64,
            "coverage_95": pl.Float64,
            "actual_to_date": pl.Float64,
        }
    ),
    "fct_forecast_backtest": pl.Schema(
        {
            "run_id": pl.String,
            **_SERIES,
            "model": pl.String,
            "cutoff_date": pl.Date,
            "forecast_date": pl.Date,
            "horizon_day": pl.Int32,
            "actual": pl.Float64,
            "forecast": pl.Float64,
            "lo_80": pl.Float64,
            "hi_80": pl.Float64,
            "lo_95": pl.Float64,
            "hi_95": pl.Float64,
            "is_reporting_cutoff": pl.Boolean,
        }
    ),
    "fct_forecast_accuracy": pl.Schema(
        {
            "run_id": pl.String,
            **_SERIES,
            "model": pl.String,
            "horizon_bucket": pl.Int32,
            "mape": pl.Float64,
            "wape": pl.Float64,
            "rmse": pl.Float64,
            "mase": pl.Float64,
            "mase_season": pl.Int32,
            "rmsse": pl.Float64,
            "bias": pl.Float64,
            "pinball": pl.Float64,
            "coverage_80": pl.Float64,
            "coverage_95": pl.Float64,
            "n": pl.Int64,
            "is_selected": pl.Boolean,
        }
    ),
}


def conform(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Casts a frame to a table's columns, in order; columns that it lacks become null.

    Args:
        name: a key of ``TABLES``.
        frame: any subset of the table's columns.

    Returns:
        the frame in the table's schema.
    """
    schema = TABLES[name]
    missing = [pl.lit(None, dtype=dtype).alias(c) for c, dtype in schema.items() if c not in frame.columns]
    return frame.with_columns(missing).select(pl.col(c).cast(dtype) for c, dtype in schema.items())
