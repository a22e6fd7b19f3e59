"""What a public holiday does to a day, learned from the times that it came before."""

from __future__ import annotations

import polars as pl

from forecasting.config import SERIES, WEEK

_NEIGHBOURS = (-2 * WEEK, -WEEK, WEEK, 2 * WEEK)
"""The same weekday around a holiday."""
_LARGEST = 3.0


def holiday_effects(panel: pl.DataFrame, cutoffs: pl.DataFrame, holidays: pl.DataFrame) -> pl.DataFrame:
    """Sales of each holiday by those of the same weekdays around it, before each cutoff.

    Of ``n`` times that a holiday came, the effect keeps the share n / (n + 1): one Thanksgiving is half an effect.

    Args:
        panel: measure, level, series_id, date, value; dense.
        cutoffs: measure, level, series_id, cutoff_date: last dates that are known.
        holidays: date, holiday.

    Returns:
        measure, level, series_id, cutoff_date, holiday, effect (1: none; 0 to 3).
    """
    compared = beside_holidays(panel, holidays)
    # Neighbours after the holiday must be known as well.
    known = cutoffs.join(compared, on=SERIES, maintain_order="left_right").filter(
        pl.col("date") + pl.duration(days=max(_NEIGHBOURS)) <= pl.col("cutoff_date")
    )
    return (
        known.group_by(*SERIES, "cutoff_date", "holiday")
        .agg(pl.col("value").sum(), pl.col("usual").sum(), pl.len().alias("times"))
        .filter(pl.col("usual") > 0)
        .select(
            *SERIES,
            "cutoff_date",
            "holiday",
            (
                1
                + ((pl.col("value") / pl.col("usual")).clip(0, _LARGEST) - 1) * pl.col("times") / (pl.col("times") + 1)
            ).alias("effect"),
        )
    )


def without_holidays(panel: pl.DataFrame, holidays: pl.DataFrame) -> pl.DataFrame:
    """The panel with each holiday's value replaced by what its weekday usually brings at that time.

    Args:
        panel: measure, level, series_id, date, value; dense.
        holidays: date, holiday.

    Returns:
        measure, level, series_id, date, value.
    """
    usual = beside_holidays(panel, holidays).select(*SERIES, "date", "usual")
    return panel.join(usual, on=[*SERIES, "date"], how="left").select(
        *SERIES, "date", pl.coalesce("usual", "value").alias("value")
    )


def beside_holidays(panel: pl.DataFrame, holidays: pl.DataFrame) -> pl.DataFrame:
    """Each holiday's value and the mean of the same weekdays one and two weeks before and after that are none.

    Args:
        panel: measure, level, series_id, date, value; dense.
        holidays: date, holiday.

    Returns:
        measure, level, series_id, date, holiday, value, usual; nothing where all neighbours are holidays or unknown.
    """
    plain = panel.join(holidays, on="date", how="anti").select(*SERIES, pl.col("date").alias("near"), "value")
    days = panel.join(holidays, on="date", maintain_order="left").select(*SERIES, "date", "holiday", "value")
    near = pl.concat(
        days.select(*SERIES, "date", (pl.col("date") + pl.duration(days=shift)).alias("near")) for shift in _NEIGHBOURS
    )
    neighbours = near.join(plain, on=[*SERIES, "near"], maintain_order="left")
    usual = neighbours.group_by(*SERIES, "date").agg(pl.col("value").mean().alias("usual"))
    return days.join(usual, on=[*SERIES, "date"])
