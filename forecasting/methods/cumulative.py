"""Sums over the horizon: their quantiles come from the errors of sums, not from summed daily quantiles."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from forecasting.config import SERIES
from forecasting.methods.calibration import QUANTILES, apply_quantiles, error_quantiles

_CLASS = ("measure", "level", "model", "horizon_days")
_POOL = ("measure", "model", "horizon_days")


def cumulative_forecast(
    daily: pl.DataFrame, coherent: pl.DataFrame, errors: pl.DataFrame, horizons: Sequence[int]
) -> pl.DataFrame:
    """Mean and quantiles of the sum over the first L days, for each L.

    Args:
        daily: measure, level, series_id, model, horizon_day, mean, scale, before reconciliation.
        coherent: the same rows after reconciliation.
        errors: backtest errors (see :func:`forecasting.methods.backtesting.backtest_errors`).
        horizons: the Ls, in days.

    Returns:
        measure, level, series_id, model, horizon_days, mean, p025 ... p975 (null where the backtest is shorter than L).
    """
    quantiles = error_quantiles(_sum_errors(errors, horizons), _CLASS, _POOL)
    own = apply_quantiles(_sums(daily, horizons), quantiles, _CLASS)
    reconciled = _sums(coherent, horizons).select(
        *SERIES, "model", "horizon_days", pl.col("mean").alias("coherent_mean")
    )
    factor = pl.when(pl.col("mean") > 0).then(pl.col("coherent_mean") / pl.col("mean")).otherwise(1.0)
    return (
        own.join(reconciled, on=[*SERIES, "model", "horizon_days"])
        .with_columns(pl.col(QUANTILES) * factor, pl.col("coherent_mean").alias("mean"))
        .select(*SERIES, "model", "horizon_days", "mean", *QUANTILES)
    )


def cumulative_coverage(learned: pl.DataFrame, reported: pl.DataFrame, horizons: Sequence[int]) -> pl.DataFrame:
    """How often sums fell inside their intervals on days that the intervals had not been learned from.

    Args:
        learned: backtest errors before the reporting cutoff.
        reported: backtest errors of the reporting cutoff, one model a series.
        horizons: the Ls, in days.

    Returns:
        measure, horizon_days, coverage_80, coverage_95: share of the measure's series whose sum over the first L days
        fell inside p10-p90 and p025-p975; null where there were no intervals.
    """
    quantiles = error_quantiles(_sum_errors(learned, horizons), _CLASS, _POOL)
    sums = _sum_errors(reported, horizons).join(quantiles, on=_CLASS, how="left")
    return sums.group_by("measure", "horizon_days").agg(
        pl.col("scaled_error").is_between("p10", "p90").mean().alias("coverage_80"),
        pl.col("scaled_error").is_between("p025", "p975").mean().alias("coverage_95"),
    )


def _sums(daily: pl.DataFrame, horizons: Sequence[int]) -> pl.DataFrame:
    return pl.concat(
        daily.filter(pl.col("horizon_day") <= days)
        .group_by(*SERIES, "model")
        .agg(pl.col("mean").sum(), pl.col("scale").first(), pl.lit(days, dtype=pl.Int32).alias("horizon_days"))
        for days in horizons
    )


def _sum_errors(errors: pl.DataFrame, horizons: Sequence[int]) -> pl.DataFrame:
    by = (*SERIES, "model", "cutoff_date")
    return pl.concat(
        errors.filter(pl.col("horizon_day") <= days)
        .group_by(by)
        .agg(
            pl.col("scaled_error").sum(),
            pl.col("horizon_day").max().alias("reach"),
            pl.lit(days, dtype=pl.Int32).alias("horizon_days"),
        )
        .filter(pl.col("reach") == days)
        for days in horizons
    )
