"""Small panels, made by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import polars as pl

LAST = date(2026, 11, 29)
"""A Sunday: the last complete day of every panel."""


def days_to(last: date, count: int) -> list[date]:
    """``count`` dates, the last one included."""
    return [last - timedelta(days=count - 1 - n) for n in range(count)]


def series(
    values: Sequence[float],
    *,
    measure: str = "units",
    level: str = "channel",
    series_id: str = "web",
    last: date = LAST,
) -> pl.DataFrame:
    """A series whose last value is that of ``last``."""
    return pl.DataFrame({"date": days_to(last, len(values)), "value": [float(value) for value in values]}).select(
        pl.lit(measure).alias("measure"), pl.lit(level).alias("level"), pl.lit(series_id).alias("series_id"), pl.all()
    )


def of_days(count: int, value: Callable[[date], float], last: date = LAST) -> list[float]:
    """A value for each of the last ``count`` days."""
    return [value(day) for day in days_to(last, count)]


def cutoffs(panel: pl.DataFrame, *dates: date) -> pl.DataFrame:
    """The same cutoffs of every series of a panel."""
    names = panel.select("measure", "level", "series_id").unique()
    return names.join(pl.DataFrame({"cutoff_date": dates or [LAST]}), how="cross")
