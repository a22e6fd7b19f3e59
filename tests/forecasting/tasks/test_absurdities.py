"""Shops whose forecasts went wrong: nothing absurd is published of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from forecasting.config import MONEY, QUANTILE_LEVELS, UNITS, ForecastConfig
from forecasting.tasks.sales import ForecastResult, run_forecast
from tests.forecasting.methods.panels import LAST, days_to, of_days, series

_CONFIG = ForecastConfig(workers=1)
_SUNDAY = 6


def _run(*histories: pl.DataFrame, config: ForecastConfig = _CONFIG) -> ForecastResult:
    as_of = datetime.combine(LAST + timedelta(days=1), datetime.min.time(), UTC)
    return run_forecast(pl.concat(histories), as_of=as_of, last_complete_date=LAST, config=config, countries=["US"])


def _with_total(*parts: pl.DataFrame) -> pl.DataFrame:
    every = pl.concat(parts)
    total = every.group_by("measure", "date").agg(pl.col("value").sum())
    return pl.concat(
        [every, total.select("measure", level=pl.lit("total"), series_id=pl.lit("total"), date="date", value="value")]
    )


def _sums(result: ForecastResult, days: int = 90) -> dict[str, dict[str, object]]:
    rows = result.fct_forecast_cumulative.filter((pl.col("horizon_days") == days) & (pl.col("measure") == UNITS))
    return {row["series_id"]: row for row in rows.iter_rows(named=True)}


def _noise(count: int, seed: int, size: float = 5.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, size, count)


def _online(count: int = 400) -> pl.DataFrame:
    return series(list(100 + _noise(count, 1)), series_id="online")


@pytest.fixture(scope="module")
def new_channel() -> ForecastResult:
    """Online sells 100 a day for 400 days; retail began 8 days ago, also with 100 a day."""
    return _run(_with_total(_online(), series(list(100 + _noise(8, 2)), series_id="retail")))


def test_a_channel_of_eight_days_does_not_double_its_sister(new_channel: ForecastResult) -> None:
    online = _sums(new_channel)["online"]
    assert online["mean"] == pytest.approx(90 * 100, rel=0.03)
    assert online["p10"] < 90 * 100 < online["p90"] < 90 * 130  # type: ignore[operator]
    daily = new_channel.fct_forecast.filter(pl.col("is_selected") & (pl.col("series_id") == "online"))
    assert daily["mean"].is_between(85, 115).all()


def test_a_channel_of_eight_days_is_not_forecast_yet_and_says_so(new_channel: ForecastResult) -> None:
    retail = _sums(new_channel)["retail"]
    assert (retail["status"], retail["mean"], retail["p50"], retail["model"]) == ("not_forecast_yet", None, None, None)
    assert "retail" not in new_channel.fct_forecast["series_id"].to_list()
    row = new_channel.fct_forecast_series.filter(pl.col("series_id") == "retail").row(0, named=True)
    assert (row["status"], row["day_count"]) == ("not_forecast_yet", 8)


def test_what_the_new_channel_will_bring_is_in_the_difference(new_channel: ForecastResult) -> None:
    told = new_channel.fct_forecast_difference.filter(pl.col("horizon_days") == 90).row(0, named=True)
    sums = _sums(new_channel)
    assert told["parts_mean"] == pytest.approx(sums["online"]["mean"])
    assert told["total_mean"] == pytest.approx(sums["total"]["mean"])
    assert (told["part_count"], told["parts_without_forecast"]) == (2, 1)


@pytest.mark.parametrize(
    ("name", "other", "status"),
    [
        # Closed half a year ago.
        ("ended", [100.0] * 220 + [0.0] * 180, "ended"),
        # All that was sold in the last months came back.
        ("clipped", [100.0] * 200 + [-20.0] * 200, None),
        ("returns", [-20.0] * 400, "ended"),
        # Rows of zeros, as a channel has that sells in one store alone.
        ("never", [0.0] * 400, "not_forecast_yet"),
        ("today", [0.0] * 399 + [100.0], "not_forecast_yet"),
    ],
)
def test_no_other_series_moves_what_is_forecast_of_online(name: str, other: list[float], status: str | None) -> None:
    """Each beside the other: online is what it is alone."""
    beside = _run(_with_total(_online(), series(other, series_id=name), series(other, series_id=f"{name} too")))
    alone = _run(_with_total(_online()))
    assert _sums(beside)["online"]["mean"] == pytest.approx(_sums(alone)["online"]["mean"])
    found = _sums(beside)[name]
    assert found["status"] == (status or found["status"])
    assert found["mean"] is None or 0 <= found["mean"] <= 90 * 5  # type: ignore[operator]


def test_bulk_orders_do_not_become_a_rhythm() -> None:
    """Orders of 60 at 9.50 each eight to fifteen days, two of them in the last week; 90 days bring some 470 units."""
    gaps = np.random.default_rng(4).integers(8, 16, 80)
    back = {LAST - timedelta(days=int(days)) for days in np.cumsum(gaps) - gaps[0] + 2} | {LAST - timedelta(days=5)}
    units = of_days(640, lambda day: 60 if day in back else 0)
    result = _run(
        series(units, series_id="b2b"), series([9.5 * sold for sold in units], measure=MONEY, series_id="b2b")
    )
    windows = [sum(units[n : n + 90]) for n in range(640 - 364 - 90, 640 - 90 + 1)]
    b2b = _sums(result)["b2b"]
    assert b2b["status"] == "forecast"
    assert min(windows) / 1.25 <= b2b["mean"] <= max(windows) * 1.25  # type: ignore[operator]
    assert b2b["mean"] < 90 * 120 / 7 / 2  # type: ignore[operator]  # the last week, thirteen times, is 1,543
    money = result.fct_forecast_cumulative.filter((pl.col("measure") == MONEY) & (pl.col("horizon_days") == 90))
    assert money["mean"].item() / b2b["mean"] == pytest.approx(9.5, rel=0.25)
    row = result.fct_forecast_series.filter(pl.col("measure") == UNITS).row(0, named=True)
    assert row["demand_class"] == "intermittent"


def test_money_and_units_of_a_channel_are_forecast_by_one_model_at_a_price_that_occurs() -> None:
    """A hundred units a month on six days of ten, at 55 to 75 each."""
    random = np.random.default_rng(6)
    units = list(np.where(random.random(500) < 0.6, random.integers(1, 10, 500), 0).astype(float))
    price = 65 + 10 * np.sin(np.arange(500) / 50)
    result = _run(series(units), series(list(np.array(units) * price), measure=MONEY))
    models = result.fct_forecast_series["model"].unique().to_list()
    assert len(models) == 1
    for _, rows in result.fct_forecast_cumulative.group_by("horizon_days"):
        by_measure = dict(rows.select("measure", "mean").rows())
        assert 55 / 1.25 <= by_measure[MONEY] / by_measure[UNITS] <= 75 * 1.25


def test_a_small_shops_first_run_has_its_quantiles_in_order() -> None:
    """Two months, three series, of which two have few errors of their own."""
    days = 60
    result = _run(
        _with_total(
            series(list(np.random.default_rng(7).poisson(3, days).astype(float)), series_id="web"),
            series(list(np.random.default_rng(8).poisson(0.4, days).astype(float)), series_id="pos"),
        )
    )
    for table in (result.fct_forecast, result.fct_forecast_cumulative):
        for values in table.select(*QUANTILE_LEVELS).rows():
            known = [value for value in values if value is not None]
            assert known == sorted(known)
    assert result.fct_forecast.filter("is_selected")["p90"].is_not_null().any()


@pytest.fixture(scope="module")
def closed_sundays() -> ForecastResult:
    """A shop that is closed on Sundays."""
    random = _noise(500, 9)
    open_days = [
        0.0 if day.weekday() == _SUNDAY else 50 + noise for day, noise in zip(days_to(LAST, 500), random, strict=True)
    ]
    return _run(series(open_days, series_id="pos"))


def test_closed_sundays_are_zero_without_an_interval(closed_sundays: ForecastResult) -> None:
    sundays = pl.col("forecast_date").dt.weekday() == _SUNDAY + 1
    assert closed_sundays.fct_forecast.filter(sundays).select("mean", *QUANTILE_LEVELS).unique().rows() == [
        (0.0,) * (1 + len(QUANTILE_LEVELS))
    ]
    assert closed_sundays.fct_forecast.filter(sundays != pl.col("is_closed")).is_empty()
    weekdays = closed_sundays.fct_forecast.filter(~sundays & pl.col("is_selected"))
    assert (weekdays["p90"] - weekdays["p10"]).min() > 5  # type: ignore[operator]


def test_an_average_is_spread_over_the_open_days(closed_sundays: ForecastResult) -> None:
    """A mean over all days of 43 must not forecast six of them at 43: the week would lack a day."""
    averaged = closed_sundays.fct_forecast.filter((pl.col("model") == "LongAverage") & ~pl.col("is_closed"))
    assert averaged["mean"].to_list() == pytest.approx([50.0] * averaged.height, rel=0.03)
    assert _sums(closed_sundays)["pos"]["mean"] == pytest.approx(50 * 77, rel=0.03)  # 13 Sundays of 90 days


def test_a_launch_is_forecast_by_what_it_has_sold() -> None:
    """Ten weeks, grown from 5 to 40 a day: no less than half and no more than twice of its last four weeks."""
    grown = list(np.linspace(5, 40, 70) + _noise(70, 10, 2.0))
    launch = _sums(_run(_with_total(_online(), series(grown, series_id="launch"))))["launch"]
    recent = float(np.mean(grown[-28:])) * 90
    assert launch["status"] == "forecast"
    assert recent / 2 <= launch["mean"] <= 2 * recent  # type: ignore[operator]


def test_a_holiday_is_forecast_where_the_backtest_shows_that_it_helps() -> None:
    """Ten times less on public holidays: Christmas of this year falls on another weekday than that of last year."""
    from forecasting.methods.holiday_calendar import public_holidays

    days = days_to(LAST, 730)
    holidays = set(public_holidays(["US"], days[0], days[-1])["date"].to_list())
    sold = [(10 if day in holidays else 100) + noise for day, noise in zip(days, _noise(730, 11, 3.0), strict=True)]
    result = _run(series(sold))
    assert result.fct_forecast_series["model"].item() == "HolidayBlend"
    by_date = dict(result.fct_forecast.filter("is_selected").select("forecast_date", "mean").rows())
    assert by_date[date(2026, 12, 25)] < 50
    # Last year's Christmas, 364 days on.
    assert by_date[date(2026, 12, 24)] == pytest.approx(100, rel=0.1)
    without = _run(series(list(100 + _noise(730, 11, 3.0))))
    assert without.fct_forecast_series["model"].item() != "HolidayBlend"


def test_a_forecast_beyond_what_the_year_has_seen_gives_way_and_says_so() -> None:
    """Weeks like one another, which the seasonal naive foretells without error, and then a week of five times as much,
    which it would repeat thirteen times."""
    week = [10.0, 12, 11, 13, 18, 25, 22]
    result = _run(series(week * 70 + [5 * value for value in week]))
    row = result.fct_forecast_series.row(0, named=True)
    assert (row["status"], row["replaced_model"], row["implausibility"]) == (
        "forecast",
        "SeasonalNaive",
        "above_history",
    )
    assert row["model"] not in (None, "SeasonalNaive")
    absurd = result.fct_forecast.filter(pl.col("model") == "SeasonalNaive")["mean"].sum()
    assert absurd == pytest.approx(5 * 111 / 7 * 90, rel=0.02)
    assert _sums(result)["web"]["mean"] < absurd / 2
    assert result.fct_forecast.filter("is_selected")["model"].unique().to_list() == [row["model"]]


def test_where_no_candidate_is_plausible_there_is_no_forecast() -> None:
    """Forty days, of which the last week was five times as good: too new for any model but the one that repeats it."""
    result = _run(_with_total(_online(), series([10.0] * 33 + [50.0] * 7, series_id="fair")))
    row = result.fct_forecast_series.filter(pl.col("series_id") == "fair").row(0, named=True)
    assert (row["status"], row["model"], row["replaced_model"]) == ("no_plausible_forecast", None, "SeasonalNaive")
    assert row["implausibility"] == "above_history"
    assert not result.fct_forecast.filter(pl.col("series_id") == "fair")["is_selected"].any()
    assert (_sums(result)["fair"]["mean"], _sums(result)["fair"]["status"]) == (None, "no_plausible_forecast")
    assert _sums(result)["online"]["mean"] == pytest.approx(9000, rel=0.03)
