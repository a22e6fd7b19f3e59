"""The yardstick that makes errors of different series comparable."""

from __future__ import annotations

import polars as pl

from forecasting.config import SERIES, WEEK


def seasonal_scale(panel: pl.DataFrame) -> pl.DataFrame:
    """Mean absolute seasonal-naive error of each series (the denominator of MASE, Hyndman & Koehler 2006).

    Args:
        panel: measure, level, series_id, date, value; dense and sorted.

    Returns:
        measure, level, series_id, scale (> 0; 1.0 where the series never varies).
    """
    differences = panel.with_columns((pl.col("value") - pl.col("value").shift(WEEK).over(SERIES)).alias("difference"))
    scales = differences.group_by(SERIES).agg(pl.col("difference").abs().mean().alias("scale"))
    return scales.with_columns(pl.when(pl.col("scale") > 0).then("scale").otherwise(1.0).alias("scale"))
