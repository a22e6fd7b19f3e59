"""One forecast run: panel, profile, candidates, selection, plausibility, calibration, cumulative quantiles."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from importlib.metadata import version

import polars as pl

from forecasting.config import ENTITY, SERIES, UNITS, ForecastConfig
from forecasting.methods.accuracy import accuracy
from forecasting.methods.backtesting import backtest_errors, before_reporting
from forecasting.methods.calibration import QUANTILES, apply_quantiles, error_quantiles, with_bucket
from forecasting.methods.candidates import candidate_forecasts
from forecasting.methods.coherence import differences
from forecasting.methods.cumulative import cumulative_coverage, cumulative_forecast, horizon_sums
from forecasting.methods.holiday_calendar import public_holidays
from forecasting.methods.models import BASELINE
from forecasting.methods.panel import build_panel
from forecasting.methods.plausibility import best_plausible, judge
from forecasting.methods.profile import FORECAST, IMPLAUSIBLE, TOO_NEW, series_profile
from forecasting.methods.scales import seasonal_scale
from forecasting.methods.selection import losses, ranking
from forecasting.tables import TABLES
from shophouse.tables import conform

_CLASS = ("measure", "demand_class", "model", "horizon_bucket")
_POOL = ("measure", "model", "horizon_bucket")
_BY_MODEL = (*SERIES, "model")


@dataclass(frozen=True)
class ForecastResult:
    """Tables of a run in the schemas of :mod:`forecasting.tables`, one field per table."""

    forecast_run: pl.DataFrame
    fct_forecast_series: pl.DataFrame
    fct_forecast: pl.DataFrame
    fct_forecast_cumulative: pl.DataFrame
    fct_forecast_difference: pl.DataFrame
    fct_forecast_backtest: pl.DataFrame
    fct_forecast_accuracy: pl.DataFrame

    def tables(self) -> dict[str, pl.DataFrame]:
        """Table name to frame."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


def run_forecast(
    history: pl.DataFrame,
    *,
    as_of: datetime,
    last_complete_date: date,
    config: ForecastConfig,
    countries: Collection[str] = (),
    progress: Callable[[str], None] = lambda message: None,
) -> ForecastResult:
    """Forecasts every series of a history.

    Args:
        history: measure, level, series_id (text), date (Date), value (number). Rows after ``last_complete_date``
            are not learned from; they count as actuals to date. A series that is too new, has ended or has no plausible
            candidate gets no forecast, and a row that says so.
        as_of: the run's instant (UTC).
        last_complete_date: last date that was over in every shop when it was last read.
        config: settings.
        countries: of the shops (ISO 3166-1 alpha-2), whose public holidays the candidates know.
        progress: told what is being done.

    Returns:
        the tables of the forecast schema; empty ones for an empty history.

    Raises:
        PanelError: the history has duplicate or null rows.
    """
    started = time.perf_counter()
    panel = build_panel(history, last_complete_date)
    profile = _with_newcomers(series_profile(panel, config.first_forecast), history)
    first = panel["date"].min()
    first_date = first if isinstance(first, date) else last_complete_date
    holidays = public_holidays(countries, first_date, last_complete_date + timedelta(days=config.horizon))
    forecasts = candidate_forecasts(panel, profile, holidays, config, progress)
    future = forecasts.filter(pl.col("cutoff_date") == last_complete_date)
    tests = forecasts.filter(pl.col("cutoff_date") < last_complete_date)

    progress("selecting and calibrating")
    classes = profile.select(*SERIES, "demand_class")
    scale = seasonal_scale(panel)
    errors = backtest_errors(tests, panel, scale).join(classes, on=SERIES, maintain_order="left")
    series = _decided(_ranked(errors, future, profile, config), future, panel, profile, config)
    chosen = series.filter(pl.col("status") == FORECAST).select(_BY_MODEL)
    daily = _daily(future.join(scale, on=SERIES).join(classes, on=SERIES), errors, chosen)
    tested = _with_intervals(errors)
    sums = _sums(future, errors, chosen, series, config)

    run = _run_record(series, last_complete_date, config, time.perf_counter() - started)
    tables = {
        "forecast_run": run,
        "fct_forecast_series": series.sort(SERIES),
        "fct_forecast": daily.sort(*_BY_MODEL, "forecast_date"),
        "fct_forecast_cumulative": _with_actuals(sums, history, last_complete_date).sort(*SERIES, "horizon_days"),
        "fct_forecast_difference": differences(sums).sort("measure", "level", "horizon_days"),
        "fct_forecast_backtest": _backtest_rows(tested, chosen).sort(*_BY_MODEL, "cutoff_date", "forecast_date"),
        "fct_forecast_accuracy": _accuracy_rows(tested, chosen),
    }
    run_id = _run_id(as_of, config, panel, countries)
    stamp = (pl.lit(run_id).alias("run_id"), pl.lit(as_of.replace(tzinfo=None)).alias("as_of"))
    return ForecastResult(**{name: conform(TABLES[name], frame.with_columns(stamp)) for name, frame in tables.items()})


def _run_record(series: pl.DataFrame, last_complete_date: date, config: ForecastConfig, seconds: float) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "last_complete_date": [last_complete_date],
            "horizon_days": [config.horizon],
            "seed": [config.seed],
            "versions": [", ".join(f"{name} {version(name)}" for name in ("statsforecast", "polars", "holidays"))],
            "series_count": [series.height],
            "duration_seconds": [seconds],
        }
    )


def _with_newcomers(profile: pl.DataFrame, history: pl.DataFrame) -> pl.DataFrame:
    """Adds the series that have not sold on any complete day."""
    missing = history.select(SERIES).unique().join(profile, on=SERIES, how="anti")
    new = missing.with_columns(pl.lit(TOO_NEW).alias("status"), pl.lit(0, dtype=pl.Int32).alias("day_count"))
    return pl.concat([profile, new], how="diagonal")


def _ranked(errors: pl.DataFrame, future: pl.DataFrame, profile: pl.DataFrame, config: ForecastConfig) -> pl.DataFrame:
    """level, series_id, model, rank; an untested entity speaks by its seasonal naive."""
    measures = future.group_by(ENTITY).agg(pl.col("measure").n_unique().alias("measures"))
    possible = (
        future.group_by(*ENTITY, "model")
        .agg(pl.col("measure").n_unique().alias("measures"))
        .join(measures, on=[*ENTITY, "measures"], how="semi")
    )
    # One class an entity: that of its units where they are known, for prices make money more uneven than demand is.
    classes = profile.sort(pl.col("measure") != UNITS).group_by(ENTITY, maintain_order=True).first()
    tested = ranking(
        losses(_learning(errors)).join(possible, on=[*ENTITY, "model"], how="semi", maintain_order="left"),
        classes.select(*ENTITY, "demand_class"),
        config.switch_gain,
    )
    untested = possible.filter(pl.col("model") == BASELINE).join(tested, on=ENTITY, how="anti")
    return pl.concat([tested, untested.select(*ENTITY, "model", pl.lit(1, dtype=pl.Int32).alias("rank"))])


def _decided(
    ranked: pl.DataFrame, future: pl.DataFrame, panel: pl.DataFrame, profile: pl.DataFrame, config: ForecastConfig
) -> pl.DataFrame:
    """The profile with each series' model: the best ranked candidate that is plausible."""
    sums = horizon_sums(future, ["forecast"], config.cumulative_horizons).rename({"forecast": "mean"})
    decided = best_plausible(ranked, judge(sums, panel, config.cumulative_horizons))
    is_forecast = pl.col("status") == FORECAST
    rows = profile.filter(is_forecast).join(decided, on=ENTITY, how="left")
    implausible = pl.when(pl.col("model").is_null()).then(pl.lit(IMPLAUSIBLE)).otherwise("status")
    return pl.concat([rows.with_columns(implausible.alias("status")), profile.filter(~is_forecast)], how="diagonal")


def _learning(errors: pl.DataFrame) -> pl.DataFrame:
    """Errors that choices may be made on: those before the reporting cutoff, or its own where it is the only one."""
    only = errors.filter(pl.col("cutoff_date").n_unique().over(SERIES) == 1)
    return pl.concat([before_reporting(errors), only])


def _daily(future: pl.DataFrame, errors: pl.DataFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    """Means and quantiles of every candidate; what is closed is certain."""
    learned = error_quantiles(errors.filter(~pl.col("is_closed")), _CLASS, _POOL)
    certain = pl.when("is_closed").then(0.0).otherwise("scale").alias("scale")
    selected = chosen.with_columns(is_selected=pl.lit(True))
    return (
        apply_quantiles(with_bucket(future.rename({"forecast": "mean"})).with_columns(certain), learned, _CLASS)
        .join(selected, on=_BY_MODEL, how="left")
        .with_columns(pl.col("is_selected").fill_null(False))
    )


def _with_intervals(errors: pl.DataFrame) -> pl.DataFrame:
    """The reporting cutoff's rows with quantiles learned from the days before it; the others with none."""
    learned = error_quantiles(before_reporting(errors).filter(~pl.col("is_closed")), _CLASS, _POOL)
    rows = apply_quantiles(errors.rename({"forecast": "mean"}), learned, _CLASS).rename({"mean": "forecast"})
    return rows.with_columns(pl.when("is_reporting_cutoff").then(pl.col(q)).alias(q) for q in QUANTILES)


def _sums(
    future: pl.DataFrame, errors: pl.DataFrame, chosen: pl.DataFrame, series: pl.DataFrame, config: ForecastConfig
) -> pl.DataFrame:
    """A row for every series and horizon; one without a forecast says why."""
    horizons = config.cumulative_horizons
    of_chosen = errors.join(chosen, on=_BY_MODEL, how="semi", maintain_order="left")
    sums = cumulative_forecast(
        future.join(chosen, on=_BY_MODEL, how="semi", maintain_order="left"), of_chosen, horizons
    ).join(cumulative_coverage(of_chosen, horizons), on=["measure", "horizon_days"], how="left")
    wanted = series.select(*SERIES, "status").join(
        pl.DataFrame({"horizon_days": horizons}, schema={"horizon_days": pl.Int32}), how="cross"
    )
    return wanted.join(sums, on=[*SERIES, "horizon_days"], how="left")


def _backtest_rows(tested: pl.DataFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    """All that speaks for the published: the chosen models, and every candidate on the days that it is measured by."""
    of_chosen = tested.join(chosen, on=_BY_MODEL, how="semi")
    of_others = tested.filter("is_reporting_cutoff").join(chosen, on=_BY_MODEL, how="anti")
    return pl.concat([of_chosen, of_others]).rename({"p10": "lo_80", "p90": "hi_80", "p025": "lo_95", "p975": "hi_95"})


def _accuracy_rows(tested: pl.DataFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    measured = accuracy(tested.filter(pl.col("is_reporting_cutoff") & ~pl.col("is_closed")))
    selected = chosen.with_columns(is_selected=pl.lit(True))
    return measured.join(selected, on=_BY_MODEL, how="left").with_columns(pl.col("is_selected").fill_null(False))


def _with_actuals(sums: pl.DataFrame, history: pl.DataFrame, last_complete_date: date) -> pl.DataFrame:
    """Adds what the unfinished first day of the horizon has already brought."""
    begun = (
        history.filter(pl.col("date") > last_complete_date)
        .group_by(SERIES)
        .agg(pl.col("value").cast(pl.Float64).sum().alias("actual_to_date"))
    )
    return sums.join(begun, on=SERIES, how="left").with_columns(pl.col("actual_to_date").fill_null(0.0))


def _run_id(as_of: datetime, config: ForecastConfig, panel: pl.DataFrame, countries: Collection[str]) -> str:
    """The same data, moment and settings give the same id, so a repeated run replaces itself."""
    content = panel.hash_rows(seed=0).sort().to_numpy().tobytes()
    digest = hashlib.sha256(content + repr((as_of.isoformat(), config, sorted(countries))).encode())
    return digest.hexdigest()[:16]
