"""The tables of the forecast schema: names, grain, columns with types and meaning; empty or not."""

from __future__ import annotations

from forecasting.config import QUANTILE_LEVELS
from shophouse.tables import Column, Table, columns, day, flag, integer, local_time, number, small_integer, text

_RUN_ID = columns(
    text(
        "run_id",
        "The run. The same data, as_of and settings give the same id; a run replaces the one of the same as_of.",
    ),
)
_AS_OF = columns(
    local_time("as_of", "Instant that the run took as the present (UTC)."),
)
_SERIES = columns(
    text(
        "measure",
        "net_sales_reporting (in the reporting currency) or units (pieces), both less what came back, on the day it "
        "was booked.",
    ),
    text("level", "total, channel or category."),
    text("series_id", "The channel or category; total at level total."),
)
_MODEL = columns(
    text(
        "model",
        "Candidate, named as in statsforecast, and: LongAverage, the mean of 26 weeks; YearAgo, the value of 364 days "
        "before moved by half of the growth since; YearBlend, the mean of AutoETS and last year with the weeks around; "
        "HolidayBlend, the same with public holidays on their date of this year; MedianEnsemble, the median of last "
        "year, AutoETS, SeasonalWindowAverage and LongAverage. One that could not be fitted to a series has no row.",
    ),
)
_SELECTED_MODEL = columns(
    text("model", "Model that speaks for the series; is_selected in fct_forecast. Null without a forecast."),
)
_IS_SELECTED = columns(
    flag(
        "is_selected",
        "Whether this model speaks for the series: the champion of its demand class in the backtest, or one that beat "
        "it clearly, or the next where that is not plausible (replaced_model in fct_forecast_series); SeasonalNaive "
        "where the history is too short for a backtest. The same for all measures of a channel or category.",
    ),
)


def _quantiles(meaning: str) -> tuple[Column, ...]:
    """One column a quantile level, each ``N % quantile`` followed by the meaning that all of them share."""
    return tuple(number(name, f"{100 * level:g} % quantile{meaning}") for name, level in QUANTILE_LEVELS.items())


_FEW = "null where there are fewer than 20 of them, or than 100 for a quantile below 10 % or above 90 %."
_DAY_QUANTILES = _quantiles(
    " of the day, in the measure's unit, not below zero: from scaled backtest errors of the model on this stretch of "
    "the horizon, the demand class's or, where those are fewer than 100, the measure's (split conformal prediction, "
    f"Vovk et al. 2005), moved with the mean; equal to the mean on a closed day; {_FEW}"
)
_SUM_QUANTILES = _quantiles(
    " of the sum, in the measure's unit, not below zero and not below that of fewer days: from the backtest's errors "
    "of such sums of all series of the measure, scaled by the series' noise and the drift of levels; not the sum of "
    f"daily quantiles; {_FEW}"
)
_STATUS = columns(
    text(
        "status",
        "forecast; not_forecast_yet: fewer than 28 days since the first sale; ended: silent for more than 56 days and "
        "three times its longest pause; no_plausible_forecast: every candidate contradicts the history.",
    ),
)


def _interval_end(name: str, level: str, coverage: str, errors: int) -> Column:
    return number(
        name,
        f"{level} % quantile of the day, an end of the {coverage} % interval, in the measure's unit, from errors of "
        f"days up to the reporting cutoff; null on the other cutoffs, and where there are fewer than "
        f"{errors} such errors.",
    )


def _sums_inside(name: str, interval: str) -> Column:
    return number(
        name,
        f"Share of the backtest's sums of so many days, 0-1, over the measure's series and cutoffs, that fell within "
        f"{interval} of intervals learned from cutoffs at least so many days away; the same on every series of the "
        "measure; null where there were no intervals.",
    )


_DECLARED = (
    Table(
        name="forecast_run",
        description="One row per forecast run: its moment, settings, versions and duration.",
        key=("run_id",),
        columns=columns(
            _RUN_ID,
            _AS_OF,
            day(
                "last_complete_date",
                "Last date that was over in every shop when it was last read; models learn up to it.",
            ),
            small_integer("horizon_days", "Days forecast ahead, from the day after last_complete_date."),
            integer("seed", "A setting, recorded and part of run_id; no candidate draws at random."),
            text("versions", "Names and versions of the libraries that forecast, separated by commas."),
            small_integer("series_count", "Series of the history, with a forecast or without one."),
            number("duration_seconds", "Seconds of computing, without reading and writing the warehouse."),
        ),
    ),
    Table(
        name="fct_forecast_series",
        description="One row per run and series: what kind of demand it has, whether it is forecast, by which model.",
        key=("run_id", "measure", "level", "series_id"),
        columns=columns(
            _RUN_ID,
            _AS_OF,
            _SERIES,
            _STATUS,
            day("first_date", "First complete day that was not zero; null where there is none."),
            day("last_sale_date", "Last complete day above zero; null where there is none."),
            small_integer("day_count", "Days from first_date to the run's last_complete_date."),
            number(
                "adi", "Average inter-demand interval of the last 364 days: days by days above zero; null without any."
            ),
            number(
                "cv2",
                "Squared coefficient of variation of the last 364 days' values above zero; null without any.",
            ),
            text(
                "demand_class",
                "smooth, erratic (cv2 from 0.49), intermittent (adi from 1.32) or lumpy (both), after Syntetos, Boylan "
                "& Croston 2005.",
            ),
            _SELECTED_MODEL,
            text(
                "replaced_model",
                "Model that the backtest chose and that is not plausible, so that the next plausible one speaks; null "
                "where the chosen one is plausible.",
            ),
            text(
                "implausibility",
                "Why it was replaced: above_history, below_history (a sum over 30, 60 or 90 days beyond the 1 % to 99 "
                "% quantiles of the last 364 days' such sums by more than a quarter, in any measure), or unit_price "
                "(money by units beyond such prices of the last 364 days by more than a quarter).",
            ),
            text(
                "named_cause",
                "Why the model may leave that range: last_year (the same days of last year, with or without the "
                "growth since) or launch (less than a year old, and between half and twice its last four weeks); null "
                "where it does not.",
            ),
        ),
    ),
    Table(
        name="fct_forecast",
        description="One row per run, series, model and date ahead: "
        "mean and quantiles, of the selected model and of the others.",
        key=("run_id", "measure", "level", "series_id", "model", "forecast_date"),
        columns=columns(
            _RUN_ID,
            _AS_OF,
            _SERIES,
            day("forecast_date", "Business date forecast, in each shop's time zone."),
            small_integer("horizon_day", "Days from the run's last_complete_date; 1 for the first day ahead."),
            _MODEL,
            number(
                "mean",
                "Point forecast of the day, in the measure's unit, not below zero. Each series' own: channels and "
                "categories sum to the total but for fct_forecast_difference.",
            ),
            _DAY_QUANTILES,
            flag(
                "is_closed",
                "Whether the series never sells on such a day (a weekday, a public holiday): zero without an interval.",
            ),
            _IS_SELECTED,
        ),
    ),
    Table(
        name="fct_forecast_cumulative",
        description="One row per run, series and number of days: "
        "mean and quantiles of the sum over them, or why there are none.",
        key=("run_id", "measure", "level", "series_id", "horizon_days"),
        columns=columns(
            _RUN_ID,
            _AS_OF,
            _SERIES,
            small_integer("horizon_days", "Days summed, from the day after the run's last_complete_date."),
            _STATUS,
            _SELECTED_MODEL,
            number(
                "mean",
                "Sum of the days' means in fct_forecast, in the measure's unit; the median as well, unless that is "
                "lifted to the median of fewer days. Null without a forecast.",
            ),
            _SUM_QUANTILES,
            _sums_inside("coverage_80", "p10-p90"),
            _sums_inside("coverage_95", "p025-p975"),
            small_integer("coverage_n", "Sums that coverage_80 is the share of: series by cutoffs."),
            number(
                "actual_to_date",
                "What as_of already knew of the days after last_complete_date, in the measure's unit; 0 where nothing; "
                "not in mean.",
            ),
        ),
    ),
    Table(
        name="fct_forecast_difference",
        description="One row per run, measure, lower level and number of days: "
        "the total's forecast less the sum of its parts'.",
        key=("run_id", "measure", "level", "horizon_days"),
        columns=columns(
            _RUN_ID,
            _AS_OF,
            text("measure", "net_sales_reporting or units."),
            text("level", "channel or category."),
            small_integer("horizon_days", "Days summed, from the day after the run's last_complete_date."),
            number("total_mean", "Mean of the total's sum, in the measure's unit; null where it has no forecast."),
            number("parts_mean", "Sum of the parts' means, those without a forecast left out."),
            number("difference", "total_mean less parts_mean: what no part is forecast to bring."),
            small_integer("part_count", "Parts of the level."),
            small_integer("parts_without_forecast", "Parts among them without a forecast of their own."),
        ),
    ),
    Table(
        name="fct_forecast_backtest",
        description="One row per run, series, model, cutoff and date: what would have been forecast and what came; of "
        "the selected model at every cutoff, of the other candidates at the reporting cutoff.",
        key=("run_id", "measure", "level", "series_id", "model", "cutoff_date", "forecast_date"),
        columns=columns(
            _RUN_ID,
            _SERIES,
            _MODEL,
            day("cutoff_date", "Last date that the model learned from."),
            day("forecast_date", "Business date forecast, in each shop's time zone."),
            small_integer("horizon_day", "Days from cutoff_date; 1 for the first day ahead."),
            number("actual", "What came, in the measure's unit; 0 on a day without a row."),
            number("forecast", "Point forecast, in the measure's unit, not below zero."),
            _interval_end("lo_80", "10", "80", 20),
            _interval_end("hi_80", "90", "80", 20),
            _interval_end("lo_95", "2.5", "95", 100),
            _interval_end("hi_95", "97.5", "95", 100),
            flag(
                "is_reporting_cutoff",
                "Whether it is the series' last cutoff, on which accuracy is measured; no model is selected by it "
                "unless it is the only one.",
            ),
        ),
    ),
    Table(
        name="fct_forecast_accuracy",
        description="One row per run, series, model and horizon bucket: "
        "errors and realised coverage at the reporting cutoff.",
        key=("run_id", "measure", "level", "series_id", "model", "horizon_bucket"),
        columns=columns(
            _RUN_ID,
            _SERIES,
            _MODEL,
            small_integer(
                "horizon_bucket",
                "First day of the stretch of the horizon that is measured: 1 to 7, 8 to 30, 31 to 60, 61 and on.",
            ),
            number(
                "mape",
                "Mean absolute percentage error, as a share: mean of |forecast - actual| / |actual|; null where an "
                "actual is zero.",
            ),
            number(
                "wape",
                "Weighted absolute percentage error, as a share: sum of |forecast - actual| / sum of |actual|; null "
                "where every actual is zero.",
            ),
            number("rmse", "Root mean squared error, in the measure's unit."),
            number(
                "mase",
                "Mean absolute scaled error (Hyndman & Koehler 2006): mean of |forecast - actual| / scale, the scale "
                "being the series' mean absolute change over mase_season days, 1 where it never changes. Below 1 "
                "beats the seasonal naive forecast of the history.",
            ),
            small_integer("mase_season", "Days of the season that scale the errors: 7."),
            number("rmsse", "Root mean squared scaled error: root of the mean of (error / scale)², with mase's scale."),
            number(
                "bias",
                "(forecast - actual) / |actual|, from sums, as a share; positive where too much is forecast; null "
                "where the actuals sum to zero.",
            ),
            number(
                "pinball",
                "Pinball loss, the mean over days and quantile levels, in units of mase's scale; null without "
                "quantiles.",
            ),
            number("coverage_80", "Share of actuals from lo_80 to hi_80, 0-1; null without an interval."),
            number("coverage_95", "Share of actuals from lo_95 to hi_95, 0-1; null without an interval."),
            integer("n", "Days measured: those on which the series was not closed."),
            _IS_SELECTED,
        ),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _DECLARED}
