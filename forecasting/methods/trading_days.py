"""Days on which a series never sells (closed Sundays, closed holidays): forecast as zero, without an interval."""

from __future__ import annotations

import polars as pl

from forecasting.config import SERIES, WEEK

_LOOKBACK = 26 * WEEK
"""Days before a cutoff that speak for its weekdays; older ones may have had other opening hours."""
_CHANCE = 0.001
"""A weekday is closed where so many empty ones in a row are less likely than this in a series that sells as it does."""


def closed_days(panel: pl.DataFrame, cutoffs: pl.DataFrame, holidays: pl.DataFrame, horizon: int) -> pl.DataFrame:
    """Weekdays and holidays without any sale before a cutoff, too many of them for chance.

    With a share ``p`` of days with a sale (Laplace's rule of succession) on the other weekdays, ``n`` empty days in a
    row happen with (1 - p)^n. A series that sells on few days is never found closed, whatever its Sundays were.

    Args:
        panel: measure, level, series_id, date, value; dense.
        cutoffs: measure, level, series_id, cutoff_date: last dates that are known.
        holidays: date, holiday, of the past and of the days ahead.
        horizon: days ahead of each cutoff.

    Returns:
        measure, level, series_id, cutoff_date, forecast_date: the closed ones of the days ahead.
    """
    at = (*SERIES, "cutoff_date")
    known = cutoffs.join(panel, on=SERIES).filter(pl.col("date") <= pl.col("cutoff_date"))
    known = known.with_columns((pl.col("value") != 0).alias("sold"), pl.col("date").dt.weekday().alias("weekday"))
    recent = known.filter(pl.col("date") > pl.col("cutoff_date") - pl.duration(days=_LOOKBACK))
    weekdays = recent.group_by(*at, "weekday").agg(pl.len().alias("days"), pl.col("sold").sum().cast(pl.Int64))
    rate = (
        weekdays.filter(pl.col("sold") > 0)
        .group_by(at)
        .agg(((pl.col("sold").sum() + 1) / (pl.col("days").sum() + 2)).alias("rate"))
    )
    closed_weekdays = _too_empty(weekdays, rate).select(*at, "weekday")
    celebrated = (
        known.join(holidays, on="date")
        .join(closed_weekdays, on=[*at, "weekday"], how="anti")
        .group_by(*at, "holiday")
        .agg(pl.len().alias("days"), pl.col("sold").sum().cast(pl.Int64))
    )
    closed_holidays = _too_empty(celebrated, rate).select(*at, "holiday")
    ahead = cutoffs.with_columns(
        pl.date_ranges(
            pl.col("cutoff_date") + pl.duration(days=1),
            pl.col("cutoff_date") + pl.duration(days=horizon),
            interval="1d",
        ).alias("forecast_date")
    ).explode("forecast_date")
    by_weekday = ahead.with_columns(pl.col("forecast_date").dt.weekday().alias("weekday")).join(
        closed_weekdays, on=[*at, "weekday"], how="semi"
    )
    by_holiday = ahead.join(holidays, left_on="forecast_date", right_on="date").join(
        closed_holidays, on=[*at, "holiday"], how="semi"
    )
    return pl.concat([days.select(*at, "forecast_date") for days in (by_weekday, by_holiday)]).unique()


def _too_empty(counted: pl.DataFrame, rate: pl.DataFrame) -> pl.DataFrame:
    chance = (1 - pl.col("rate")).pow(pl.col("days"))
    return counted.join(rate, on=[*SERIES, "cutoff_date"]).filter((pl.col("sold") == 0) & (chance < _CHANCE))
