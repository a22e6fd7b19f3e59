"""The demo's shop forecast 90 days before its end, and run on by 90 days: what it sells lies between the cases."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from demo.defaults import DEFAULT_SEED
from forecasting.config import MONEY, UNITS
from forecasting.tasks.sales import ForecastResult
from tests.benchmarks.forecasts import DEMO_END, FIRST_DAY, FORECAST_ON, RUN_ON_END
from tests.support.run_on import forecast_at, true_series, with_truth

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=[DEMO_END, RUN_ON_END], ids=["autumn", "winter"])
def end(request: pytest.FixtureRequest) -> date:
    """Last day of the shop: over Black Friday, or over Christmas."""
    day = request.param
    assert isinstance(day, date)
    return day


@pytest.fixture(scope="module")
def history(end: date) -> pl.DataFrame:
    """What the shop sells."""
    return true_series(DEFAULT_SEED, FIRST_DAY, end)


@pytest.fixture(scope="module")
def result(history: pl.DataFrame, end: date) -> ForecastResult:
    """What was forecast 90 days before its end."""
    return forecast_at(history, FORECAST_ON[end])


@pytest.fixture(scope="module")
def sums(result: ForecastResult, history: pl.DataFrame, end: date) -> pl.DataFrame:
    """Forecast and truth."""
    return with_truth(result.fct_forecast_cumulative, history, FORECAST_ON[end])


def test_the_total_lies_between_the_cases_for_30_60_and_90_days(sums: pl.DataFrame) -> None:
    totals = sums.filter(pl.col("level") == "total")
    assert totals.height == 6
    assert totals.filter(~pl.col("truth").is_between("p10", "p90")).is_empty()


def test_most_series_lie_between_their_cases(sums: pl.DataFrame) -> None:
    """80 % are promised of all days; one origin's share is that of one autumn or winter."""
    assert sums.filter(pl.col("p10").is_not_null()).height == sums.height
    assert 0.65 <= sums.select(pl.col("truth").is_between("p10", "p90").mean().alias("inside"))["inside"].item() <= 0.97


def test_the_published_coverage_is_near_what_is_promised(result: ForecastResult) -> None:
    published = result.fct_forecast_cumulative.group_by("measure", "horizon_days").agg(
        pl.col("coverage_80", "coverage_n").first()
    )
    assert published["coverage_n"].sum() >= 200
    assert 0.76 <= published["coverage_80"].mean() <= 0.88  # type: ignore[operator]


def test_bulk_orders_and_marketplace_are_forecast_within_what_the_year_has_seen_and_at_a_price_that_occurs(
    sums: pl.DataFrame, history: pl.DataFrame, end: date
) -> None:
    year = history.filter(pl.col("date").is_between(pl.lit(FORECAST_ON[end]).dt.offset_by("-364d"), FORECAST_ON[end]))
    for channel in ("b2b", "marketplace"):
        past = dict(year.filter(pl.col("series_id") == channel).group_by("measure").agg(pl.col("value").sum()).rows())
        ahead = dict(
            sums.filter((pl.col("series_id") == channel) & (pl.col("horizon_days") == 90))
            .select("measure", "mean")
            .rows()
        )
        quarter = past[UNITS] / 4
        assert quarter / 2 <= ahead[UNITS] <= quarter * 2
        assert ahead[MONEY] / ahead[UNITS] == pytest.approx(past[MONEY] / past[UNITS], rel=0.25)
