"""Published numbers add up: channels and categories each sum to the total."""

from __future__ import annotations

import polars as pl

TOTAL = "total"


def reconcile(forecasts: pl.DataFrame, amounts: tuple[str, ...]) -> pl.DataFrame:
    """Scales the series of each lower level so that their means sum to the total's mean, day by day.

    Top-down by forecast proportions (Hyndman & Athanasopoulos, FPP3, 11.2). The total is kept because it is the
    least noisy series; a series' quantiles move with its mean.

    Args:
        forecasts: measure, level (``total`` or a lower level), series_id, forecast_date, mean and ``amounts``.
        amounts: further columns that are scaled with the mean.

    Returns:
        the same rows and columns in the same order, coherent.
    """
    day = ["measure", "forecast_date"]
    totals = forecasts.filter(pl.col("level") == TOTAL).select(*day, pl.col("mean").alias("total_mean"))
    sums = forecasts.group_by(*day, "level").agg(pl.col("mean").sum().alias("level_sum"))
    factor = pl.when(pl.col("level_sum") > 0).then(pl.col("total_mean") / pl.col("level_sum")).otherwise(1.0)
    return (
        forecasts.join(sums, on=[*day, "level"], maintain_order="left")
        .join(totals, on=day, how="left", maintain_order="left")
        .with_columns(pl.when(pl.col("level") == TOTAL).then(1.0).otherwise(factor).fill_null(1.0).alias("factor"))
        .with_columns(pl.col("mean", *amounts) * pl.col("factor"))
        .select(forecasts.columns)
    )
