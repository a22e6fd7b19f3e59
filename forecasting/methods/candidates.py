"""Every candidate's forecast of every series, at every backtest cutoff and at the end, in one shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import polars as pl

from forecasting.config import ENTITY, SERIES, WEEK, ForecastConfig
from forecasting.methods.backtesting import Plan, plan_backtest, to_nixtla
from forecasting.methods.holiday_effects import holiday_effects, without_holidays
from forecasting.methods.models import AUTO_ETS, BASELINE, FLAT, fit
from forecasting.methods.profile import FORECAST, SPORADIC
from forecasting.methods.trading_days import closed_days
from forecasting.methods.yearly import YEAR_AGO, with_weeks_around, year_ago

YEAR_BLEND, HOLIDAY_BLEND, MEDIAN = "YearBlend", "HolidayBlend", "MedianEnsemble"
_MEMBERS = (AUTO_ETS, "SeasonalWindowAverage", "LongAverage")
"""Levels of the last days, weeks and half year, which the median holds against last year."""

_NAME_SEPARATOR = "\x1f"
_AT = (*SERIES, "cutoff_date")
_ROW = (*SERIES, "model", "cutoff_date", "forecast_date")
_SCHEMA = pl.Schema(
    {
        **dict.fromkeys((*SERIES, "model"), pl.String),
        "cutoff_date": pl.Date,
        "forecast_date": pl.Date,
        "horizon_day": pl.Int32,
        "forecast": pl.Float64,
        "is_closed": pl.Boolean,
    }
)


def candidate_forecasts(
    panel: pl.DataFrame,
    profile: pl.DataFrame,
    holidays: pl.DataFrame,
    config: ForecastConfig,
    progress: Callable[[str], None] = lambda message: None,
) -> pl.DataFrame:
    """Forecasts by every candidate that a series' history and class allow.

    Beside statsforecast's models: ``YearAgo`` (:mod:`forecasting.methods.yearly`); ``YearBlend``, the mean of AutoETS
    and last year with the weeks around each day; ``HolidayBlend``, the same with holidays moved to their date of this
    year; ``MedianEnsemble``, the median of last year, AutoETS, SeasonalWindowAverage and LongAverage, which a peak in
    the last days moves least (Petropoulos & Svetunkov 2020, IJF 36(1)). A candidate that could not be fitted to a
    series at every cutoff is left out of it: losses over some of the cutoffs are not to be compared with another's over
    all. Days on which the series never sells are zero for every candidate, and what does not know weekdays is spread
    over the open ones.

    Args:
        panel: measure, level, series_id, date, value; dense, sorted.
        profile: result of :func:`forecasting.methods.profile.series_profile`; series of another status than
            ``forecast`` get none.
        holidays: date, holiday, of the history and the horizon.
        config: settings.
        progress: told what is being done.

    Returns:
        measure, level, series_id, model, cutoff_date (the last known date), forecast_date, horizon_day (1: the day
        after the cutoff), forecast (not below zero), is_closed: sorted.
    """
    found = [pl.DataFrame(schema=_SCHEMA)]
    for plan, group in _plans(panel, profile, config):
        names = plan.candidates if plan else (BASELINE,)
        progress(f"fitting {len(names)} models to {group['unique_id'].n_unique()} series")
        fitted = _fitted(group, plan, names, config)
        if plan and plan.yearly:
            fitted = pl.concat([fitted, *_yearly(fitted, group, holidays, config.horizon)])
        found.append(_on_open_days(fitted, group, holidays, config.horizon))
    forecasts = pl.concat(found)
    failed = forecasts.filter(~pl.col("forecast").is_finite()).select(*SERIES, "model")
    # Float sums depend on the order of their terms, and joins leave rows in whatever order their threads end.
    return forecasts.join(failed, on=[*SERIES, "model"], how="anti").sort(_ROW)


def _plans(
    panel: pl.DataFrame, profile: pl.DataFrame, config: ForecastConfig
) -> Iterator[tuple[Plan | None, pl.DataFrame]]:
    """Series that can be tested alike, together: most share one history length."""
    named = panel.with_columns(pl.concat_str(SERIES, separator=_NAME_SEPARATOR).alias("unique_id"))
    wanted = profile.filter(pl.col("status") == FORECAST).with_columns(
        pl.concat_str(SERIES, separator=_NAME_SEPARATOR).alias("unique_id"),
        # One model speaks for all measures of an entity, so all of them have the same candidates.
        pl.col("demand_class").is_in(SPORADIC).any().over(ENTITY).alias("sporadic"),
    )
    groups: dict[Plan | None, list[str]] = {}
    for unique_id, days, sporadic in wanted.sort("unique_id").select("unique_id", "day_count", "sporadic").iter_rows():
        groups.setdefault(plan_backtest(days, config, sporadic=sporadic), []).append(unique_id)
    for plan, ids in groups.items():
        yield plan, named.filter(pl.col("unique_id").is_in(ids))


def _fitted(group: pl.DataFrame, plan: Plan | None, names: tuple[str, ...], config: ForecastConfig) -> pl.DataFrame:
    """statsforecast's models, long."""
    fitted = fit(to_nixtla(group), config.horizon, plan.windows if plan else None, names, config.workers)
    parts = [fitted.future.with_columns(pl.lit(group["date"].max()).alias("cutoff"))]
    if fitted.tests is not None:
        parts.append(fitted.tests.drop("y"))
    ids = group.select("unique_id", *SERIES).unique()
    return pl.concat(
        part.unpivot(names, index=["unique_id", "ds", "cutoff"], variable_name="model", value_name="forecast")
        .join(ids, on="unique_id")
        .select(
            *SERIES,
            "model",
            pl.col("cutoff").cast(pl.Date).alias("cutoff_date"),
            pl.col("ds").cast(pl.Date).alias("forecast_date"),
            "forecast",
        )
        for part in parts
    )


def _yearly(fitted: pl.DataFrame, group: pl.DataFrame, holidays: pl.DataFrame, horizon: int) -> Iterator[pl.DataFrame]:
    """Last year: its mean with AutoETS, its median with all levels, and the mean with holidays where they are now."""
    cutoffs = fitted.select(_AT).unique()
    day = [*_AT, "forecast_date"]
    smoothed = fitted.filter(pl.col("model") == AUTO_ETS).select(*day, pl.col("forecast").alias("smoothed"))
    mean = ((pl.col("forecast") + pl.col("smoothed")) / 2).alias("forecast")
    last_year = year_ago(group, cutoffs, horizon).join(smoothed, on=day)
    yield _as_candidate(last_year, YEAR_AGO)
    around = year_ago(with_weeks_around(group), cutoffs, horizon).join(smoothed, on=day)
    yield _as_candidate(around.with_columns(mean), YEAR_BLEND)
    members = fitted.filter(pl.col("model").is_in(_MEMBERS)).select(*day, "forecast")
    every = pl.concat([members, around.select(*day, "forecast")]).group_by(day)
    median = pl.when(pl.col("forecast").is_finite().all()).then(pl.col("forecast").median()).otherwise(float("nan"))
    yield _as_candidate(every.agg(median.alias("forecast")), MEDIAN)
    if not holidays.is_empty():
        usual = with_weeks_around(without_holidays(group, holidays))
        plain = year_ago(usual, cutoffs, horizon).join(smoothed, on=day).with_columns(mean)
        effects = holidays.rename({"date": "forecast_date"}).join(
            holiday_effects(group, cutoffs, holidays), on="holiday"
        )
        moved = pl.col("forecast") * pl.col("effect").fill_null(1.0)
        yield _as_candidate(plain.join(effects, on=day, how="left").with_columns(moved), HOLIDAY_BLEND)


def _as_candidate(forecasts: pl.DataFrame, model: str) -> pl.DataFrame:
    return forecasts.select(*SERIES, pl.lit(model).alias("model"), "cutoff_date", "forecast_date", "forecast")


def _on_open_days(forecasts: pl.DataFrame, panel: pl.DataFrame, holidays: pl.DataFrame, horizon: int) -> pl.DataFrame:
    """Zero on closed days; flat forecasts hold an average over all days, which the open ones must bring."""
    days = closed_days(panel, forecasts.select(_AT).unique(), holidays, horizon)
    weekly = days.with_columns(pl.col("forecast_date").dt.weekday().alias("weekday"))
    # Holidays close single days; a weekday is closed where all of its days are.
    shut = (
        weekly.group_by(*_AT, "weekday")
        .agg(pl.len().alias("days"))
        .filter(pl.col("days") >= horizon // WEEK)
        .group_by(_AT)
        .agg(pl.len().alias("shut_weekdays"))
    )
    is_flat = pl.col("model").is_in(FLAT)
    horizon_day = (pl.col("forecast_date") - pl.col("cutoff_date")).dt.total_days().cast(pl.Int32).alias("horizon_day")
    spread = WEEK / (WEEK - pl.col("shut_weekdays").fill_null(0))
    return (
        forecasts.join(days.with_columns(pl.lit(True).alias("is_closed")), on=[*_AT, "forecast_date"], how="left")
        .join(shut, on=_AT, how="left")
        .with_columns(pl.col("is_closed").fill_null(False), horizon_day)
        .with_columns(
            pl.when("is_closed")
            .then(0.0)
            .otherwise(pl.col("forecast").clip(lower_bound=0) * pl.when(is_flat).then(spread).otherwise(1.0))
            .alias("forecast")
        )
        .select(*_SCHEMA.names())
    )
