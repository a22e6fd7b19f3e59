"""What the forecasts were worth on days that no choice was made on."""

from __future__ import annotations

from functools import reduce
from operator import add

import polars as pl

from forecasting.config import QUANTILE_LEVELS, SERIES, WEEK


def accuracy(rows: pl.DataFrame) -> pl.DataFrame:
    """Error measures per series, model and horizon bucket.

    Args:
        rows: measure, level, series_id, model, horizon_bucket, actual, forecast, scale and p025 ... p975 (null where
            no calibration was possible), all of the reporting cutoff.

    Returns:
        one row per series, model and bucket: mape (null where an actual is zero: it is undefined there), wape, rmse,
        mase (season ``mase_season``), rmsse, bias ((forecast - actual) / actual, from sums), pinball (mean over the
        quantile levels, in units of the scale), coverage_80 and coverage_95 (share of actuals inside p10-p90 and
        p025-p975), n.
    """
    error = pl.col("forecast") - pl.col("actual")
    by = (*SERIES, "model", "horizon_bucket")
    return (
        rows.group_by(by)
        .agg(
            pl.when((pl.col("actual") != 0).all()).then((error / pl.col("actual")).abs().mean()).first().alias("mape"),
            (error.abs().sum() / _positive(pl.col("actual").abs().sum())).alias("wape"),
            error.pow(2).mean().sqrt().alias("rmse"),
            (error / pl.col("scale")).abs().mean().alias("mase"),
            pl.lit(WEEK).alias("mase_season"),
            (error / pl.col("scale")).pow(2).mean().sqrt().alias("rmsse"),
            (error.sum() / _positive(pl.col("actual").sum().abs())).alias("bias"),
            _pinball().alias("pinball"),
            pl.col("actual").is_between("p10", "p90").mean().alias("coverage_80"),
            pl.col("actual").is_between("p025", "p975").mean().alias("coverage_95"),
            pl.len().alias("n"),
        )
        .sort(by)
    )


def _positive(value: pl.Expr) -> pl.Expr:
    return pl.when(value > 0).then(value)


def _pinball() -> pl.Expr:
    losses: list[pl.Expr] = []
    for quantile, level in QUANTILE_LEVELS.items():
        gap = (pl.col("actual") - pl.col(quantile)) / pl.col("scale")
        losses.append(pl.max_horizontal(level * gap, (level - 1) * gap).mean())
    # Not mean_horizontal: its threads add in an order of their own, and the last digit with it.
    return reduce(add, losses) / len(losses)
