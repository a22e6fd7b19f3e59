"""What a forecast may not be, and why it sometimes may."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from forecasting.config import MONEY, UNITS
from forecasting.methods.plausibility import ABOVE, BELOW, LAST_YEAR, LAUNCH, UNIT_PRICE, best_plausible, judge
from tests.forecasting.methods.panels import LAST, of_days, series

_HORIZONS = (30, 90)


def _sums(daily: dict[str, float], *, measure: str = UNITS) -> pl.DataFrame:
    """Sums of candidates that forecast the same for every day, from ``{model: forecast of a day}``."""
    return pl.DataFrame(
        [
            (measure, "channel", "web", model, days, days * value)
            for model, value in daily.items()
            for days in _HORIZONS
        ],
        schema={
            **dict.fromkeys(("measure", "level", "series_id", "model"), pl.String),
            "horizon_days": pl.Int32,
            "mean": pl.Float64,
        },
        orient="row",
    )


def _judged(panel: pl.DataFrame, *sums: pl.DataFrame) -> dict[str, tuple[str | None, str | None]]:
    rows = judge(pl.concat(sums), panel, _HORIZONS)
    return {model: (finding, cause) for model, finding, cause in rows.drop("level", "series_id").rows()}


def test_a_forecast_stays_within_a_quarter_of_what_the_year_has_seen() -> None:
    """Ten a day for a year: 8 to 12.5 a day are allowed."""
    judged = _judged(
        series([10.0] * 500), _sums({"low": 7.9, "lowest": 8.1, "same": 10, "highest": 12.4, "high": 12.6})
    )
    assert judged == {
        "low": (BELOW, None),
        "lowest": (None, None),
        "same": (None, None),
        "highest": (None, None),
        "high": (ABOVE, None),
    }


def test_a_peak_that_a_model_carries_on_is_above_history() -> None:
    """Ninety days as the best five of Black Friday were: no ninety days of the year were such."""
    friday = date(2026, 11, 27)
    panel = series(of_days(500, lambda day: 400 if abs((day - friday).days) <= 2 else 100))
    assert _judged(panel, _sums({"carried on": 400, "usual": 105}))["carried on"] == (ABOVE, None)
    assert _judged(panel, _sums({"carried on": 400, "usual": 105}))["usual"] == (None, None)


def test_bulk_orders_that_became_a_rhythm_are_above_history() -> None:
    """Three orders of 60 in 90 days, the last of them in the last week, which comes again 13 times: 780 for 180."""
    orders = {LAST - timedelta(days=3 + 30 * n) for n in range(20)}
    panel = series(of_days(500, lambda day: 60 if day in orders else 0), series_id="web")
    judged = _judged(panel, _sums({"SeasonalNaive": 60 / 7, "LongAverage": 2.0}))
    assert judged == {"SeasonalNaive": (ABOVE, None), "LongAverage": (None, None)}


def test_nothing_for_a_series_that_sells_is_below_history() -> None:
    panel = series(of_days(500, lambda day: 6 if day.weekday() < 4 else 0))
    assert _judged(panel, _sums({"median": 4 / 90}))["median"] == (BELOW, None)


def test_last_years_season_is_a_cause_with_the_growth_since() -> None:
    """December was 30 a day, and since then the shop has grown by half: 45 a day is more than any ninety days were, and
    what last year and the growth come to; 60 nobody can name a cause of."""
    christmas = (date(2025, 12, 1), date(2026, 2, 27))

    def sold(day: date) -> float:
        if christmas[0] <= day <= christmas[1]:
            return 30
        return 15 if day > christmas[1] else 10

    judged = _judged(series(of_days(730, sold)), _sums({"season": 45, "absurd": 60}))
    assert judged == {"season": (None, LAST_YEAR), "absurd": (ABOVE, None)}


def test_a_launch_is_a_cause_for_twice_its_last_four_weeks_and_no_more() -> None:
    """Forty days from 1 to 20 a day: thirty days at 25 were never seen, and are where it is heading."""
    panel = series([n / 2 for n in range(1, 41)])
    judged = _judged(panel, _sums({"heading": 20, "absurd": 30}))
    assert judged == {"heading": (None, LAUNCH), "absurd": (ABOVE, None)}


def test_a_series_that_has_seen_a_year_is_no_launch() -> None:
    panel = series([1.0] * 360 + [n / 2 for n in range(1, 41)])
    assert _judged(panel, _sums({"heading": 20}))["heading"] == (ABOVE, None)


@pytest.mark.parametrize(
    ("paid", "sold", "finding"),
    [
        # Sixty a unit all year: 48 to 75 are prices that occur.
        (600, 10, None),
        (600, 12.4, None),
        (600, 8.1, None),
        # Within the range of either measure, and yet 89 and 40 a unit.
        (720, 8.1, UNIT_PRICE),
        (500, 12.4, UNIT_PRICE),
    ],
)
def test_money_by_units_is_a_price_that_occurs(paid: float, sold: float, finding: str | None) -> None:
    panel = pl.concat([series([10.0] * 500), series([600.0] * 500, measure=MONEY)])
    judged = _judged(panel, _sums({"m": sold}), _sums({"m": paid}, measure=MONEY))
    assert judged["m"] == (finding, None)


def test_money_for_nothing_is_no_price() -> None:
    """Seldom enough that 0 units in 30 days would be nothing new."""
    orders = {LAST - timedelta(days=95 * n) for n in range(6)}
    units = series(of_days(500, lambda day: 10 if day in orders else 0))
    money = series(of_days(500, lambda day: 600 if day in orders else 0), measure=MONEY)
    judged = _judged(pl.concat([units, money]), _sums({"m": 0}), _sums({"m": 6}, measure=MONEY))
    assert judged["m"] == (UNIT_PRICE, None)


def _decided(judgement: list[str | None]) -> tuple[str | None, ...]:
    entity = {"level": "channel", "series_id": "web"}
    models = [f"rank {n}" for n in range(1, len(judgement) + 1)]
    ranked = pl.DataFrame({"model": models, "rank": range(1, len(models) + 1)}).with_columns(
        *(pl.lit(v).alias(k) for k, v in entity.items())
    )
    judged = pl.DataFrame(
        {
            "model": models,
            "implausibility": judgement,
            "named_cause": [LAUNCH if n is None else None for n in judgement],
        },
        schema_overrides={"implausibility": pl.String, "named_cause": pl.String},
    ).with_columns(*(pl.lit(v).alias(k) for k, v in entity.items()))
    row = best_plausible(ranked.sample(fraction=1, shuffle=True, seed=1), judged).row(0, named=True)
    return row["model"], row["replaced_model"], row["implausibility"], row["named_cause"]


def test_the_best_plausible_candidate_replaces_an_implausible_one_and_it_says_so() -> None:
    assert _decided([None, ABOVE]) == ("rank 1", None, None, LAUNCH)
    assert _decided([ABOVE, UNIT_PRICE, None, None]) == ("rank 3", "rank 1", ABOVE, LAUNCH)


def test_without_a_plausible_candidate_there_is_no_forecast() -> None:
    assert _decided([BELOW, ABOVE]) == (None, "rank 1", BELOW, None)
