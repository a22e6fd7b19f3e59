"""One forecast run: panel, backtest, selection, calibration, reconciliation, cumulative quantiles."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from importlib.metadata import version

import polars as pl

from forecasting.config import SERIES, WEEK, ForecastConfig
from forecasting.methods.accuracy import accuracy
from forecasting.methods.backtesting import (
    Plan,
    backtest_errors,
    before_reporting,
    errors_schema,
    plan_backtest,
    to_nixtla,
)
from forecasting.methods.calibration import QUANTILES, apply_quantiles, error_quantiles, with_bucket
from forecasting.methods.cumulative import cumulative_coverage, cumulative_forecast
from forecasting.methods.models import BASELINE, fit
from forecasting.methods.panel import build_panel
from forecasting.methods.reconciliation import reconcile
from forecasting.methods.scales import seasonal_scale
from forecasting.methods.selection import losses, select
from forecasting.tables import TABLES
from shophouse.tables import conform

_CLASS = ("measure", "level", "model", "horizon_bucket")
_POOL = ("measure", "model", "horizon_bucket")
_NAME_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class ForecastResult:
    """Tables of a run in the schemas of :mod:`forecasting.tables`, one field per table."""

    forecast_run: pl.DataFrame
    fct_forecast: pl.DataFrame
    fct_forecast_cumulative: pl.DataFrame
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
    progress: Callable[[str], None] = lambda message: None,
) -> ForecastResult:
    """Forecasts every series of a history.

    Args:
        history: measure, level, series_id (text), date (Date), value (number). Rows after ``last_complete_date``
            are not learned from; they count as actuals to date. A series of fewer than two weeks gets no forecast.
        as_of: the run's instant (UTC).
        last_complete_date: last date that was over in every shop when it was last read.
        config: settings.
        progress: told what is being done.

    Returns:
        the tables of the forecast schema; empty ones for an empty history.

    Raises:
        PanelError: the history has duplicate or null rows.
    """
    started = time.perf_counter()
    panel = _named(build_panel(history, last_complete_date))
    scale = seasonal_scale(panel)
    errors, future = _fit(panel, scale, config, progress)

    progress("selecting and calibrating")
    chosen = _chosen(errors, future, config)
    daily = apply_quantiles(future, error_quantiles(errors, _CLASS, _POOL), _CLASS)
    selected = daily.join(chosen, on=[*SERIES, "model"], how="semi")
    coherent = reconcile(selected, QUANTILES)
    others = daily.join(chosen, on=[*SERIES, "model"], how="anti")
    published = pl.concat(
        [coherent.with_columns(is_selected=pl.lit(True)), others.with_columns(is_selected=pl.lit(False))]
    )
    tested = _with_intervals(errors)
    sums = cumulative_forecast(selected, coherent, errors, config.cumulative_horizons).join(
        _sums_covered(errors, chosen, config), on=["measure", "horizon_days"], how="left"
    )

    run = _run_record(panel, last_complete_date, config, time.perf_counter() - started)
    tables = {
        "forecast_run": run,
        "fct_forecast": published.sort(*SERIES, "model", "forecast_date"),
        "fct_forecast_cumulative": _with_actuals(sums, history, last_complete_date).sort(*SERIES, "horizon_days"),
        "fct_forecast_backtest": _backtest_rows(tested).sort(*SERIES, "model", "cutoff_date", "forecast_date"),
        "fct_forecast_accuracy": _accuracy_rows(tested, chosen),
    }
    run_id = _run_id(as_of, config, panel)
    stamp = (pl.lit(run_id).alias("run_id"), pl.lit(as_of.replace(tzinfo=None)).alias("as_of"))
    return ForecastResult(**{name: conform(TABLES[name], frame.with_columns(stamp)) for name, frame in tables.items()})


def _run_record(panel: pl.DataFrame, last_complete_date: date, config: ForecastConfig, seconds: float) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "last_complete_date": [last_complete_date],
            "horizon_days": [config.horizon],
            "seed": [config.seed],
            "versions": [f"statsforecast {version('statsforecast')}, polars {version('polars')}"],
            "series_count": [panel["unique_id"].n_unique()],
            "duration_seconds": [seconds],
        }
    )


def _named(panel: pl.DataFrame) -> pl.DataFrame:
    return panel.with_columns(pl.concat_str(SERIES, separator=_NAME_SEPARATOR).alias("unique_id"))


def _plans(panel: pl.DataFrame, config: ForecastConfig) -> Iterator[tuple[Plan | None, pl.DataFrame]]:
    """Series that can be tested alike, together: most share one history length."""
    lengths = panel.group_by("unique_id").len("days").filter(pl.col("days") >= 2 * WEEK)
    groups: dict[Plan | None, list[str]] = {}
    for unique_id, days in lengths.sort("unique_id").iter_rows():
        groups.setdefault(plan_backtest(days, config), []).append(unique_id)
    for plan, ids in groups.items():
        yield plan, panel.filter(pl.col("unique_id").is_in(ids))


def _fit(
    panel: pl.DataFrame, scale: pl.DataFrame, config: ForecastConfig, progress: Callable[[str], None]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    errors = [pl.DataFrame(schema=errors_schema())]
    futures = [pl.DataFrame(schema=_future_schema())]
    for plan, group in _plans(panel, config):
        candidates = plan.candidates if plan else (BASELINE,)
        progress(f"fitting {len(candidates)} models to {group['unique_id'].n_unique()} series")
        fitted = fit(to_nixtla(group), config.horizon, plan.windows if plan else None, candidates, config.workers)
        if fitted.tests is not None:
            errors.append(backtest_errors(fitted.tests, group, scale))
        futures.append(_future(fitted.future, group, scale))
    tested, future = _without_failures(pl.concat(errors), pl.concat(futures))
    # Float sums depend on the order of their terms, and joins leave rows in whatever order their threads end.
    by = (*SERIES, "model", "horizon_day")
    return tested.sort(*by, "cutoff_date"), future.sort(by)


def _without_failures(errors: pl.DataFrame, future: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Leaves out of a series each candidate that could not be fitted to it at every cutoff and at the end.

    Losses of a candidate over some of the cutoffs are not to be compared with another's over all.
    """
    name = [*SERIES, "model"]
    failed = pl.concat(
        frame.filter(~pl.col(value).is_finite()).select(name)
        for frame, value in ((errors, "forecast"), (future, "mean"))
    )
    return errors.join(failed, on=name, how="anti"), future.join(failed, on=name, how="anti")


def _future_schema() -> pl.Schema:
    text = dict.fromkeys((*SERIES, "model"), pl.String)
    return pl.Schema(
        {
            **text,
            "forecast_date": pl.Date,
            "horizon_day": pl.Int32,
            "mean": pl.Float64,
            "scale": pl.Float64,
            "horizon_bucket": pl.Int32,
        }
    )


def _future(wide: pl.DataFrame, panel: pl.DataFrame, scale: pl.DataFrame) -> pl.DataFrame:
    last = panel["date"].max()
    models = [c for c in wide.columns if c not in {"unique_id", "ds"}]
    long = wide.unpivot(models, index=["unique_id", "ds"], variable_name="model", value_name="mean")
    names = panel.select("unique_id", *SERIES).unique()
    return with_bucket(
        long.join(names, on="unique_id")
        .join(scale, on=SERIES)
        .select(
            *SERIES,
            "model",
            pl.col("ds").cast(pl.Date).alias("forecast_date"),
            (pl.col("ds").cast(pl.Date) - pl.lit(last)).dt.total_days().cast(pl.Int32).alias("horizon_day"),
            pl.col("mean").cast(pl.Float64).clip(lower_bound=0),
            "scale",
        )
    )


def _learning(errors: pl.DataFrame) -> pl.DataFrame:
    """Errors that choices may be made on: those before the reporting cutoff, or its own where it is the only one."""
    only = errors.filter(pl.col("cutoff_date").n_unique().over(SERIES) == 1)
    return pl.concat([before_reporting(errors), only])


def _chosen(errors: pl.DataFrame, future: pl.DataFrame, config: ForecastConfig) -> pl.DataFrame:
    """measure, level, series_id, model: one row a series; an untested series speaks by its seasonal naive."""
    tested = select(losses(_learning(errors)), config.switch_gain)
    untested = future.select(SERIES).unique().join(tested, on=SERIES, how="anti")
    return pl.concat([tested, untested.with_columns(pl.lit(BASELINE).alias("model"))])


def _with_intervals(errors: pl.DataFrame) -> pl.DataFrame:
    """The reporting cutoff's rows with quantiles learned from the days before it; the others with none."""
    learned = error_quantiles(before_reporting(errors), _CLASS, _POOL)
    rows = apply_quantiles(errors.rename({"forecast": "mean"}), learned, _CLASS).rename({"mean": "forecast"})
    return rows.with_columns(pl.when("is_reporting_cutoff").then(pl.col(q)).alias(q) for q in QUANTILES)


def _sums_covered(errors: pl.DataFrame, chosen: pl.DataFrame, config: ForecastConfig) -> pl.DataFrame:
    reported = errors.filter("is_reporting_cutoff").join(chosen, on=[*SERIES, "model"], how="semi")
    return cumulative_coverage(before_reporting(errors), reported, config.cumulative_horizons)


def _backtest_rows(tested: pl.DataFrame) -> pl.DataFrame:
    return tested.rename({"p10": "lo_80", "p90": "hi_80", "p025": "lo_95", "p975": "hi_95"})


def _accuracy_rows(tested: pl.DataFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    measured = accuracy(tested.filter("is_reporting_cutoff"))
    selected = chosen.with_columns(is_selected=pl.lit(True))
    return measured.join(selected, on=[*SERIES, "model"], how="left").with_columns(
        pl.col("is_selected").fill_null(False)
    )


def _with_actuals(sums: pl.DataFrame, history: pl.DataFrame, last_complete_date: date) -> pl.DataFrame:
    """Adds what the unfinished first day of the horizon has already brought."""
    begun = (
        history.filter(pl.col("date") > last_complete_date)
        .group_by(SERIES)
        .agg(pl.col("value").cast(pl.Float64).sum().alias("actual_to_date"))
    )
    return sums.join(begun, on=SERIES, how="left").with_columns(pl.col("actual_to_date").fill_null(0.0))


def _run_id(as_of: datetime, config: ForecastConfig, panel: pl.DataFrame) -> str:
    """The same data, moment and settings give the same id, so a repeated run replaces itself."""
    content = panel.hash_rows(seed=0).sort().to_numpy().tobytes()
    digest = hashlib.sha256(content + repr((as_of.isoformat(), config)).encode())
    return digest.hexdigest()[:16]
