"""Reconciliation: every level sums to the total, day by day."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from forecasting.methods.reconciliation import reconcile

_DAY = date(2026, 11, 21)


def _forecasts(rows: list[tuple[str, str, float, float]]) -> pl.DataFrame:
    named = pl.DataFrame(rows, schema=["level", "series_id", "mean", "p90"], orient="row")
    return named.with_columns(pl.lit("units").alias("measure"), pl.lit(_DAY).alias("forecast_date"))


def test_children_sum_to_the_total_and_their_quantiles_move_with_them() -> None:
    coherent = reconcile(
        _forecasts(
            [
                ("total", "all", 90, 120),
                ("channel", "web", 80, 100),
                ("channel", "pos", 40, 50),
                ("category", "Shoes", 30, 45),
            ]
        ),
        ("p90",),
    )
    values = {row["series_id"]: (row["mean"], row["p90"]) for row in coherent.iter_rows(named=True)}
    assert values == {
        "all": (90, 120),
        "web": (pytest.approx(60), pytest.approx(75)),
        "pos": (pytest.approx(30), pytest.approx(37.5)),
        "Shoes": (pytest.approx(90), pytest.approx(135)),
    }


def test_a_level_that_expects_nothing_stays_as_it_is() -> None:
    coherent = reconcile(_forecasts([("total", "all", 10, 12), ("channel", "web", 0, 3)]), ("p90",))
    assert coherent.filter(pl.col("series_id") == "web").select("mean", "p90").row(0) == (0, 3)


def test_without_a_total_nothing_is_scaled() -> None:
    coherent = reconcile(_forecasts([("channel", "web", 8, 9)]), ("p90",))
    assert coherent.select("mean", "p90").row(0) == (8, 9)
