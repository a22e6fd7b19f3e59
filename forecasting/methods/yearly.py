"""Last year's days as a forecast, for all series and cutoffs at once."""

from __future__ import annotations

import polars as pl

from forecasting.config import SERIES, WEEK, YEAR

YEAR_AGO = "YearAgo"
_LEVEL_DAYS = 4 * WEEK
"""Days before the cutoff that are compared with the same days of the year before."""
NEEDED_DAYS = YEAR + _LEVEL_DAYS
"""Days that must lie before every cutoff."""
_GROWTH = (0.5, 2.0)
"""Growth beyond this says that last year was another shop, and is not carried on."""


def year_ago(panel: pl.DataFrame, cutoffs: pl.DataFrame, horizon: int) -> pl.DataFrame:
    """The value of 364 days before, moved by half of the growth since then (on the log scale).

    Growth is the last 28 days by the same days of the year before. All of it would carry a lucky month over a quarter,
    none of it last year's level: the square root stands between, as damping does for a trend (Gardner & McKenzie 1985).

    Args:
        panel: measure, level, series_id, date, value; dense.
        cutoffs: measure, level, series_id, cutoff_date; each with ``NEEDED_DAYS`` before it.
        horizon: days ahead of each cutoff, at most 364.

    Returns:
        measure, level, series_id, cutoff_date, forecast_date, forecast; NaN where the year before had no sales then.
    """
    values = panel.select(*SERIES, "date", "value")
    first_day_ahead, last_day_ahead = (pl.col("cutoff_date") + pl.duration(days=days) for days in (1, horizon))
    ahead = cutoffs.with_columns(
        pl.date_ranges(first_day_ahead, last_day_ahead, interval="1d").alias("forecast_date")
    ).explode("forecast_date")
    before = values.select(*SERIES, (pl.col("date") + pl.duration(days=YEAR)).alias("forecast_date"), "value")
    return (
        ahead.join(before, on=[*SERIES, "forecast_date"])
        .join(_growth(values, cutoffs), on=[*SERIES, "cutoff_date"])
        .select(
            *SERIES,
            "cutoff_date",
            "forecast_date",
            (pl.col("value") * pl.col("growth").sqrt()).alias("forecast"),
        )
    )


def with_weeks_around(panel: pl.DataFrame) -> pl.DataFrame:
    """Each day as half of itself and a quarter of the same weekday a week before and after (Hann's weights).

    A single day of last year is one draw of its noise; sums over weeks stay what they are.

    Args:
        panel: measure, level, series_id, date, value; dense, sorted.

    Returns:
        the same rows; where a neighbour is not known the day itself stands for it.
    """
    value = pl.col("value")
    before, after = (value.shift(days).over(SERIES).fill_null(value) for days in (WEEK, -WEEK))
    return panel.with_columns(((before + 2 * value + after) / 4).alias("value"))


def _growth(values: pl.DataFrame, cutoffs: pl.DataFrame) -> pl.DataFrame:
    now = pl.col("cutoff_date") - pl.col("date")
    in_window = [now.dt.total_days().is_between(start, start + _LEVEL_DAYS - 1) for start in (0, YEAR)]
    recent, before = (pl.col("value").filter(inside).sum() for inside in in_window)
    growth = pl.when((before > 0) & (recent > 0)).then((recent / before).clip(*_GROWTH)).otherwise(float("nan"))
    in_order = cutoffs.join(values, on=SERIES, maintain_order="left_right")
    return in_order.group_by(*SERIES, "cutoff_date").agg(growth.alias("growth"))
