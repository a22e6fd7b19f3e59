"""Daily series as models need them: dense, unique, complete days only."""

from __future__ import annotations

from datetime import date

import polars as pl

from forecasting.config import SERIES


class PanelError(ValueError):
    """The history cannot be forecast as it is; the message names the series and the rows."""


def build_panel(history: pl.DataFrame, last_complete_date: date) -> pl.DataFrame:
    """Densifies daily history.

    A series begins with its first day that is not zero: zeros before it say that nothing was offered yet. From there on
    a day without a row is a day with zero sales. Days after the last complete one are dropped, because a partial day
    would teach the models a fall that did not happen.

    Args:
        history: columns measure, level, series_id (text), date (Date, the shop's local dates), value (number);
            one row per series and date, in any order, gaps allowed.
        last_complete_date: last date that was over in every shop when it was last read.

    Returns:
        measure, level, series_id, date, value (Float64): one row per series and calendar day from the series'
        first day that is not zero to ``last_complete_date``, sorted; nothing of a series that has none.

    Raises:
        PanelError: a series has two rows for a date, or a null date or value.
    """
    _require_sound(history)
    complete = history.filter(pl.col("date") <= last_complete_date)
    spans = complete.filter(pl.col("value") != 0).group_by(SERIES).agg(pl.col("date").min().alias("first"))
    calendar = spans.select(
        *SERIES, pl.date_ranges("first", pl.lit(last_complete_date), interval="1d").alias("date")
    ).explode("date")
    return (
        calendar.join(
            complete.select(*SERIES, "date", pl.col("value").cast(pl.Float64)), on=[*SERIES, "date"], how="left"
        )
        .with_columns(pl.col("value").fill_null(0.0))
        .sort(*SERIES, "date")
    )


def _require_sound(history: pl.DataFrame) -> None:
    nulls = history.filter(pl.any_horizontal(pl.col("date", "value").is_null()))
    if nulls.height:
        raise PanelError(
            f"history: {nulls.height} rows with a null date or value, the first: {nulls.row(0, named=True)}"
        )
    repeated = history.group_by(*SERIES, "date").len().filter(pl.col("len") > 1)
    if repeated.height:
        first = repeated.sort(*SERIES, "date").row(0, named=True)
        raise PanelError(
            f"history: {repeated.height} series-days have more than one row, the first: {first}; expected one"
        )
