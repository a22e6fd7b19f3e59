"""How far the parts' forecasts are from the total's: told, and pushed onto nobody."""

from __future__ import annotations

import polars as pl

from forecasting.config import SERIES

TOTAL = "total"


def differences(sums: pl.DataFrame) -> pl.DataFrame:
    """The total's sum less that of the parts, for each lower level.

    Args:
        sums: measure, level (``total`` or a lower one), series_id, horizon_days, mean (null of a series without a
            forecast).

    Returns:
        measure, level, horizon_days, total_mean (null where the total has no forecast), parts_mean, difference (total
        less parts), part_count, parts_without_forecast: one row a measure, lower level and horizon.
    """
    by = ["measure", "horizon_days"]
    totals = sums.filter(pl.col("level") == TOTAL).select(*by, pl.col("mean").alias("total_mean"))
    parts = (
        sums.filter(pl.col("level") != TOTAL)
        .sort(*SERIES, "horizon_days")
        .group_by("measure", "level", "horizon_days", maintain_order=True)
        .agg(
            pl.col("mean").sum().alias("parts_mean"),
            pl.len().cast(pl.Int32).alias("part_count"),
            pl.col("mean").is_null().sum().cast(pl.Int32).alias("parts_without_forecast"),
        )
    )
    return parts.join(totals, on=by, how="left").with_columns(
        (pl.col("total_mean") - pl.col("parts_mean")).alias("difference")
    )
