"""What kind of demand a series has, and whether its past allows a forecast."""

from __future__ import annotations

import polars as pl

from forecasting.config import SERIES, WEEK, YEAR

ADI_LIMIT, CV2_LIMIT = 1.32, 0.49
"""Between smooth and intermittent, steady and erratic (Syntetos, Boylan & Croston 2005, JORS 56(5), figure 1)."""

SPORADIC = ("intermittent", "lumpy")
"""Classes whose days without a sale are part of the demand."""

FORECAST, TOO_NEW, ENDED, IMPLAUSIBLE = "forecast", "not_forecast_yet", "ended", "no_plausible_forecast"
"""Status of a series."""

_SILENCE = 8 * WEEK
"""Days without a sale before which no series counts as ended."""
_LONGEST_PAUSE = 3
"""A series has ended once it is silent for so many times its longest pause so far."""


def series_profile(panel: pl.DataFrame, first_forecast: int) -> pl.DataFrame:
    """Class and status of each series.

    The average inter-demand interval (ADI) is days by days with a sale, CV2 the squared coefficient of variation of the
    days with a sale; both of the last 364 days. A day is one with a sale where its value is above zero. The class is
    ``smooth`` (ADI < 1.32, CV2 < 0.49), ``erratic`` (CV2 beyond), ``intermittent`` (ADI beyond) or ``lumpy`` (both).

    Args:
        panel: measure, level, series_id, date, value; dense, sorted (see
            :func:`forecasting.methods.panel.build_panel`).
        first_forecast: days since the first sale below which a series is not forecast yet.

    Returns:
        measure, level, series_id, first_date, last_sale_date, day_count, adi, cv2, demand_class, status (``forecast``,
        ``not_forecast_yet`` or ``ended``); adi, cv2 and class are null where the year had no sale.
    """
    year = pl.col("date") > pl.col("date").max() - pl.duration(days=YEAR)
    sold = pl.col("value") > 0
    measured = panel.group_by(SERIES).agg(
        pl.col("date").min().alias("first_date"),
        pl.col("date").filter(sold).max().alias("last_sale_date"),
        pl.len().cast(pl.Int32).alias("day_count"),
        (year.sum() / (year & sold).sum()).alias("adi"),
        (pl.col("value").filter(year & sold).std(ddof=0) / pl.col("value").filter(year & sold).mean())
        .pow(2)
        .alias("cv2"),
        (pl.col("date").max() - pl.col("date").filter(sold).max()).dt.total_days().alias("silence"),
        pl.col("date").filter(sold).diff().dt.total_days().max().fill_null(0).alias("longest_pause"),
    )
    ended = pl.col("silence") > pl.max_horizontal(_SILENCE, _LONGEST_PAUSE * pl.col("longest_pause"))
    return measured.select(
        *SERIES,
        "first_date",
        "last_sale_date",
        "day_count",
        pl.when(pl.col("adi").is_finite()).then("adi").alias("adi"),
        pl.when(pl.col("cv2").is_finite()).then("cv2").alias("cv2"),
        _demand_class(),
        pl.when(pl.col("day_count") < first_forecast)
        .then(pl.lit(TOO_NEW))
        .when(ended | pl.col("last_sale_date").is_null())
        .then(pl.lit(ENDED))
        .otherwise(pl.lit(FORECAST))
        .alias("status"),
    ).sort(SERIES)


def _demand_class() -> pl.Expr:
    rare, uneven = pl.col("adi") >= ADI_LIMIT, pl.col("cv2") >= CV2_LIMIT
    return (
        pl.when(pl.col("adi").is_infinite() | pl.col("cv2").is_null())
        .then(None)
        .when(rare & uneven)
        .then(pl.lit("lumpy"))
        .when(rare)
        .then(pl.lit("intermittent"))
        .when(uneven)
        .then(pl.lit("erratic"))
        .otherwise(pl.lit("smooth"))
        .alias("demand_class")
    )
