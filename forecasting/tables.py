"""The tables of the forecast schema: names, grain, columns with types and meaning; empty or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from forecasting.config import QUANTILE_LEVELS


class Column(NamedTuple):
    """A column's type, and what it means: unit, when it is null, where its formula comes from."""

    type: pl.DataType | type[pl.DataType]
    description: str


@dataclass(frozen=True)
class Table:
    """A table of the forecast schema.

    Attributes:
        description: what a row is.
        key: columns that no two rows share.
        columns: name to type and meaning, in order.
    """

    description: str
    key: tuple[str, ...]
    columns: dict[str, Column]

    @property
    def schema(self) -> pl.Schema:
        """Column names to types."""
        return pl.Schema({name: column.type for name, column in self.columns.items()})


_RUN_ID = {
    "run_id": Column(pl.String, "The run. The same data, as_of and settings give the same id, and replace its rows."),
}
_AS_OF = {
    "as_of": Column(pl.Datetime("us"), "Instant that the run took as the present (UTC)."),
}
_SERIES = {
    "measure": Column(
        pl.String,
        "net_sales_reporting (in the reporting currency) or units (pieces), both less what came back, on the day it "
        "was booked.",
    ),
    "level": Column(pl.String, "total, channel or category."),
    "series_id": Column(pl.String, "The channel or category; total at level total."),
}
_MODEL = {
    "model": Column(
        pl.String,
        "Candidate, named as in statsforecast; YearAgo is the seasonal naive of 364 days, MedianEnsemble the median of "
        "AutoETS, AutoCES and OptimizedTheta. One that could not be fitted to a series has no row of it.",
    ),
}
_SELECTED_MODEL = {
    "model": Column(pl.String, "Model selected for the series; is_selected in fct_forecast."),
}
_IS_SELECTED = {
    "is_selected": Column(
        pl.Boolean,
        "Whether this model speaks for the series: the level's champion in the backtest (the next where that could not "
        "be fitted to the series), or one that beat it clearly; "
        "SeasonalNaive where the history is too short for a backtest.",
    ),
}


def _quantiles(meaning: str) -> dict[str, Column]:
    """One column a quantile level, each ``N % quantile`` followed by the meaning that all of them share."""
    return {name: Column(pl.Float64, f"{100 * level:g} % quantile{meaning}") for name, level in QUANTILE_LEVELS.items()}


_FEW = "null where there are fewer than 20 of them, or than 100 for a quantile below 10 % or above 90 %."
_DAY_QUANTILES = _quantiles(
    " of the day, in the measure's unit, not below zero: from scaled backtest errors of the model on this stretch of "
    "the horizon, the level's or, where those are few, the measure's (split conformal prediction, Vovk et al. 2005), "
    f"moved with the mean; {_FEW}"
)
_SUM_QUANTILES = _quantiles(
    " of the sum, in the measure's unit, not below zero: from the backtest's errors of such sums, the level's or, "
    f"where those are few, the measure's; not the sum of daily quantiles; {_FEW}"
)


def _interval_end(level: str, coverage: str, errors: int) -> Column:
    return Column(
        pl.Float64,
        f"{level} % quantile of the day, an end of the {coverage} % interval, in the measure's unit, from errors of "
        f"days up to the reporting cutoff; null on the other cutoffs, and where there are fewer than "
        f"{errors} such errors.",
    )


def _sums_inside(interval: str) -> Column:
    return Column(
        pl.Float64,
        f"Share of the measure's series, 0-1, whose sum of so many days fell within {interval} of a forecast made "
        "before them, at the reporting cutoff; the same on every series of the measure; null where there were no "
        "intervals.",
    )


TABLES: dict[str, Table] = {
    "forecast_run": Table(
        "One row per forecast run: its moment, settings, versions and duration.",
        ("run_id",),
        {
            **_RUN_ID,
            **_AS_OF,
            "last_complete_date": Column(
                pl.Date, "Last date that was over in every shop when it was last read; models learn up to it."
            ),
            "horizon_days": Column(pl.Int32, "Days forecast ahead, from the day after last_complete_date."),
            "seed": Column(pl.Int64, "A setting, recorded and part of run_id; no candidate draws at random."),
            "versions": Column(pl.String, "Names and versions of the libraries that forecast, separated by commas."),
            "series_count": Column(
                pl.Int32, "Series with a complete day; those of less than two weeks got no forecast."
            ),
            "duration_seconds": Column(pl.Float64, "Seconds of computing, without reading and writing the warehouse."),
        },
    ),
    "fct_forecast": Table(
        "One row per run, series, model and date ahead: mean and quantiles, of the selected model and of the others.",
        ("run_id", "measure", "level", "series_id", "model", "forecast_date"),
        {
            **_RUN_ID,
            **_AS_OF,
            **_SERIES,
            "forecast_date": Column(pl.Date, "Business date forecast, in each shop's time zone."),
            "horizon_day": Column(pl.Int32, "Days from the run's last_complete_date; 1 for the first day ahead."),
            **_MODEL,
            "mean": Column(
                pl.Float64,
                "Point forecast of the day, in the measure's unit, not below zero. Selected models' are scaled so that "
                "channels and categories each sum to the total (Hyndman & Athanasopoulos, FPP3, 11.2).",
            ),
            **_DAY_QUANTILES,
            **_IS_SELECTED,
        },
    ),
    "fct_forecast_cumulative": Table(
        "One row per run, series and number of days, for the selected model: mean and quantiles of the sum over them.",
        ("run_id", "measure", "level", "series_id", "model", "horizon_days"),
        {
            **_RUN_ID,
            **_AS_OF,
            **_SERIES,
            "horizon_days": Column(pl.Int32, "Days summed, from the day after the run's last_complete_date."),
            **_SELECTED_MODEL,
            "mean": Column(pl.Float64, "Sum of the days' means in fct_forecast, in the measure's unit."),
            **_SUM_QUANTILES,
            "coverage_80": _sums_inside("p10-p90"),
            "coverage_95": _sums_inside("p025-p975"),
            "actual_to_date": Column(
                pl.Float64,
                "What as_of already knew of the days after last_complete_date, in the measure's unit; 0 where nothing; "
                "not in mean.",
            ),
        },
    ),
    "fct_forecast_backtest": Table(
        "One row per run, series, model, cutoff and date: what would have been forecast and what came.",
        ("run_id", "measure", "level", "series_id", "model", "cutoff_date", "forecast_date"),
        {
            **_RUN_ID,
            **_SERIES,
            **_MODEL,
            "cutoff_date": Column(pl.Date, "Last date that the model learned from."),
            "forecast_date": Column(pl.Date, "Business date forecast, in each shop's time zone."),
            "horizon_day": Column(pl.Int32, "Days from cutoff_date; 1 for the first day ahead."),
            "actual": Column(pl.Float64, "What came, in the measure's unit; 0 on a day without a row."),
            "forecast": Column(
                pl.Float64, "Point forecast, in the measure's unit, not below zero; not scaled to the total."
            ),
            "lo_80": _interval_end("10", "80", 20),
            "hi_80": _interval_end("90", "80", 20),
            "lo_95": _interval_end("2.5", "95", 100),
            "hi_95": _interval_end("97.5", "95", 100),
            "is_reporting_cutoff": Column(
                pl.Boolean,
                "Whether it is the series' last cutoff, on which accuracy is measured; no model is selected by it "
                "unless it is the only one.",
            ),
        },
    ),
    "fct_forecast_accuracy": Table(
        "One row per run, series, model and horizon bucket: errors and realised coverage at the reporting cutoff.",
        ("run_id", "measure", "level", "series_id", "model", "horizon_bucket"),
        {
            **_RUN_ID,
            **_SERIES,
            **_MODEL,
            "horizon_bucket": Column(
                pl.Int32,
                "First day of the stretch of the horizon that is measured: 1 to 7, 8 to 30, 31 to 60, 61 and on.",
            ),
            "mape": Column(
                pl.Float64,
                "Mean absolute percentage error, as a share: mean of |forecast - actual| / |actual|; null where an "
                "actual is zero.",
            ),
            "wape": Column(
                pl.Float64,
                "Weighted absolute percentage error, as a share: sum of |forecast - actual| / sum of |actual|; null "
                "where every actual is zero.",
            ),
            "rmse": Column(pl.Float64, "Root mean squared error, in the measure's unit."),
            "mase": Column(
                pl.Float64,
                "Mean absolute scaled error (Hyndman & Koehler 2006): mean of |forecast - actual| / scale, the scale "
                "being the series' mean absolute change over mase_season days, 1 where it never changes. Below 1 "
                "beats the seasonal naive forecast of the history.",
            ),
            "mase_season": Column(pl.Int32, "Days of the season that scale the errors: 7."),
            "rmsse": Column(
                pl.Float64, "Root mean squared scaled error: root of the mean of (error / scale)², with mase's scale."
            ),
            "bias": Column(
                pl.Float64,
                "(forecast - actual) / |actual|, from sums, as a share; positive where too much is forecast; null "
                "where the actuals sum to zero.",
            ),
            "pinball": Column(
                pl.Float64,
                "Pinball loss, the mean over days and quantile levels, in units of mase's scale; null without "
                "quantiles.",
            ),
            "coverage_80": Column(pl.Float64, "Share of actuals from lo_80 to hi_80, 0-1; null without an interval."),
            "coverage_95": Column(pl.Float64, "Share of actuals from lo_95 to hi_95, 0-1; null without an interval."),
            "n": Column(pl.Int64, "Days measured."),
            **_IS_SELECTED,
        },
    ),
}


def conform(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Casts a frame to a table's columns, in order; columns that it lacks become null.

    Args:
        name: a key of ``TABLES``.
        frame: any subset of the table's columns.

    Returns:
        the frame in the table's schema.
    """
    schema = TABLES[name].schema
    missing = [pl.lit(None, dtype=dtype).alias(c) for c, dtype in schema.items() if c not in frame.columns]
    return frame.with_columns(missing).select(pl.col(c).cast(dtype) for c, dtype in schema.items())
