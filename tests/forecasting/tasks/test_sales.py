"""A whole run on a small history: repeatable, honest about today."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from statsforecast.models import AutoETS

from forecasting.config import QUANTILE_LEVELS, SERIES, ForecastConfig
from forecasting.tables import TABLES
from forecasting.tasks.sales import ForecastResult, run_forecast

DAYS = 120
TODAY = date(2026, 11, 20)
YESTERDAY = TODAY - timedelta(days=1)
AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
CONFIG = ForecastConfig(horizon=30, origins=3, cumulative_horizons=(7, 30), workers=1)
PARTIAL_UNITS = 3.0


def _history() -> pl.DataFrame:
    """Units of two channels and their total: a weekly pattern with noise, and the few hours of today."""
    random = np.random.default_rng(5)
    days = [TODAY - timedelta(days=DAYS - n) for n in range(DAYS)]
    weekly = np.array([10, 12, 11, 13, 18, 25, 22])[[day.weekday() for day in days]]
    channels = {
        "web": np.round(weekly * 4 + random.normal(0, 3, DAYS)),
        "pos": np.round(weekly + random.normal(0, 1, DAYS)),
    }
    series = {("channel", name): values for name, values in channels.items()}
    series["total", "all"] = sum(channels.values())
    frames = [
        pl.DataFrame({"date": [*days, TODAY], "value": [*values, PARTIAL_UNITS]}).select(
            pl.lit("units").alias("measure"), pl.lit(level).alias("level"), pl.lit(name).alias("series_id"), pl.all()
        )
        for (level, name), values in series.items()
    ]
    return pl.concat(frames)


def _run(history: pl.DataFrame) -> ForecastResult:
    return run_forecast(history, as_of=AS_OF, last_complete_date=YESTERDAY, config=CONFIG)


@pytest.fixture(scope="module")
def result() -> ForecastResult:
    """The run of the small history."""
    return _run(_history())


def test_every_table_has_its_schema(result: ForecastResult) -> None:
    assert {name: frame.schema for name, frame in result.tables().items()} == {
        name: table.polars_schema for name, table in TABLES.items()
    }
    assert all(frame.height for frame in result.tables().values())


def test_each_series_has_one_selected_model_for_each_day_ahead(result: ForecastResult) -> None:
    selected = result.fct_forecast.filter("is_selected")
    assert selected.select(*SERIES, "model").unique().height == 3
    for _, days in selected.group_by(SERIES):
        assert sorted(days["horizon_day"]) == list(range(1, CONFIG.horizon + 1))
        assert days["forecast_date"].min() == TODAY


def test_what_channels_and_total_differ_by_is_told(result: ForecastResult) -> None:
    sums = result.fct_forecast_cumulative.filter(pl.col("horizon_days") == 30)
    by_level = dict(sums.group_by("level").agg(pl.col("mean").sum()).rows())
    told = result.fct_forecast_difference.filter(pl.col("horizon_days") == 30).row(0, named=True)
    assert told["difference"] == pytest.approx(by_level["total"] - by_level["channel"])
    assert abs(told["difference"]) < 0.05 * by_level["total"]
    assert (told["part_count"], told["parts_without_forecast"]) == (2, 0)


def test_quantiles_rise_and_none_is_negative(result: ForecastResult) -> None:
    values = result.fct_forecast.filter("is_selected").select(*QUANTILE_LEVELS).to_numpy()
    steps = np.diff(values, axis=1)
    # Too few errors for the outermost quantiles, which are then not known.
    assert np.all((steps >= 0) | np.isnan(steps))
    assert np.all((values >= 0) | np.isnan(values))
    assert not np.isnan(result.fct_forecast.filter("is_selected").select("p10", "p50", "p90").to_numpy()).any()


def test_a_candidate_that_raises_is_credited_with_nothing(
    result: ForecastResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither at the cutoff at which it raised nor at the others of the same series."""

    def one_fails(model: AutoETS, y: np.ndarray, h: int, **options: Any) -> dict[str, np.ndarray]:
        # The last cutoff leaves out the horizon's days; web sells some 60 a day, the total 75.
        if len(y) == DAYS - CONFIG.horizon and y.mean() > 70:
            raise ValueError("cannot be fitted")
        return fitted(model, y=y, h=h, **options)

    fitted = AutoETS.forecast
    monkeypatch.setattr(AutoETS, "forecast", one_fails)
    failing = _run(_history())
    lost = {("units", "total", "all", "AutoETS")}
    for table in ("fct_forecast", "fct_forecast_backtest", "fct_forecast_accuracy"):
        assert _credited(failing, table) == _credited(result, table) - lost
    assert failing.fct_forecast.filter("is_selected").select(SERIES).unique().height == 3
    assert failing.fct_forecast["mean"].is_finite().all()


def _credited(result: ForecastResult, table: str) -> set[tuple[str, ...]]:
    return set(result.tables()[table].select(*SERIES, "model").rows())


def test_the_weekly_pattern_is_found(result: ForecastResult) -> None:
    total = result.fct_forecast.filter(pl.col("is_selected") & (pl.col("level") == "total"))
    by_weekday = total.group_by(pl.col("forecast_date").dt.weekday()).agg(pl.col("mean").mean()).sort("forecast_date")
    expected = np.array([10, 12, 11, 13, 18, 25, 22]) * 5
    np.testing.assert_allclose(by_weekday["mean"].to_numpy(), expected, rtol=0.1)


def test_cumulative_sums_agree_with_the_days(result: ForecastResult) -> None:
    daily = result.fct_forecast.filter(pl.col("is_selected") & (pl.col("horizon_day") <= 7))
    expected = daily.group_by(SERIES).agg(pl.col("mean").sum()).sort(SERIES)
    week = result.fct_forecast_cumulative.filter(pl.col("horizon_days") == 7).sort(SERIES)
    np.testing.assert_allclose(week["mean"].to_numpy(), expected["mean"].to_numpy())


def test_today_counts_as_actual_and_teaches_nothing(result: ForecastResult) -> None:
    without_today = _run(_history().filter(pl.col("date") <= YESTERDAY))
    assert result.fct_forecast.equals(without_today.fct_forecast)
    assert result.fct_forecast_cumulative["actual_to_date"].unique().to_list() == [PARTIAL_UNITS]
    assert without_today.fct_forecast_cumulative["actual_to_date"].unique().to_list() == [0.0]


def test_the_same_input_in_any_order_gives_the_same_run(result: ForecastResult) -> None:
    again = _run(_history().sample(fraction=1.0, shuffle=True, seed=2))
    for name, frame in result.tables().items():
        assert frame.drop("duration_seconds", strict=False).equals(
            again.tables()[name].drop("duration_seconds", strict=False)
        ), name


def test_the_number_of_threads_does_not_show() -> None:
    """Not in the last digit: the same data must publish the same rows on every machine."""
    code = "from tests.forecasting.tasks.test_sales import print_hashes; print_hashes()"
    printed = [
        subprocess.check_output([sys.executable, "-c", code], env=os.environ | {"POLARS_MAX_THREADS": threads})
        for threads in ("1", "8")
    ]
    assert printed[0] == printed[1]


def print_hashes() -> None:
    """Prints a hash of every table of the small history's run."""
    for name, frame in _run(_history()).tables().items():
        print(name, frame.drop("duration_seconds", strict=False).hash_rows(seed=0).sum())


def test_the_run_id_names_data_moment_and_settings(result: ForecastResult) -> None:
    history = _history().filter(pl.col("level") == "total").tail(30)
    runs = [
        run_forecast(history, as_of=as_of, last_complete_date=YESTERDAY, config=config).forecast_run["run_id"].item()
        for as_of, config in [
            (AS_OF, CONFIG),
            (AS_OF, CONFIG),
            (AS_OF + timedelta(hours=1), CONFIG),
            (AS_OF, ForecastConfig(horizon=7, workers=1)),
        ]
    ]
    assert runs[0] == runs[1]
    assert len(set(runs)) == 3


def test_accuracy_is_measured_on_the_reporting_cutoff_only(result: ForecastResult) -> None:
    tested = result.fct_forecast_backtest
    reporting = tested.filter("is_reporting_cutoff")
    assert reporting["cutoff_date"].unique().to_list() == [tested["cutoff_date"].max()]
    assert result.fct_forecast_accuracy["n"].sum() == reporting.height
    assert tested["forecast_date"].max() == YESTERDAY


def test_the_backtest_is_told_in_full_of_the_selected_model(result: ForecastResult) -> None:
    tested = result.fct_forecast_backtest.join(result.fct_forecast_series, on=[*SERIES, "model"], how="semi")
    assert tested.group_by(SERIES).agg(pl.col("cutoff_date").n_unique())["cutoff_date"].to_list() == [3, 3, 3]
    others = result.fct_forecast_backtest.join(result.fct_forecast_series, on=[*SERIES, "model"], how="anti")
    assert others["is_reporting_cutoff"].all() and others.height


def test_an_empty_history_gives_empty_tables() -> None:
    result = _run(_history().clear())
    assert result.forecast_run.height == 1
    assert all(frame.is_empty() for name, frame in result.tables().items() if name != "forecast_run")


def test_every_series_has_a_row_that_says_whether_it_is_forecast(result: ForecastResult) -> None:
    assert result.fct_forecast_series.select("series_id", "status", "demand_class").rows() == [
        ("pos", "forecast", "smooth"),
        ("web", "forecast", "smooth"),
        ("all", "forecast", "smooth"),
    ]
    chosen = result.fct_forecast.filter("is_selected").select(*SERIES, "model").unique().sort(SERIES)
    assert result.fct_forecast_series.select(*SERIES, "model").rows() == chosen.rows()
