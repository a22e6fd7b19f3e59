"""Published forecasts of the demo's shop and of others like it, against what they went on to sell.

Every shop is simulated to its end and forecast 90 days before it; each has a seed, and so noise, launches, buyers and
anomalies of its own. Nothing of the forecast is set by these shops' last 90 days.
"""

from __future__ import annotations

import os
from datetime import date

import polars as pl

from demo.defaults import DEFAULT_SEED
from tests.benchmarks.bench import Bench, Figures
from tests.support.run_on import forecast_at, true_series, with_truth

FIRST_DAY = date(2024, 12, 1)
DEMO_END, RUN_ON_END = date(2026, 11, 29), date(2027, 2, 27)
"""Last days of the demo and of the demo run on by 90 days."""
FORECAST_ON = {DEMO_END: date(2026, 8, 31), RUN_ON_END: DEMO_END}
SHOPS = 8
"""At scale 1: 28 series each."""


def measure(bench: Bench) -> Figures:
    """Coverage of the 80 % and 95 % intervals of sums, of all series and of the totals; and what it took."""
    runs = [(DEFAULT_SEED, DEMO_END)]
    runs += [(DEFAULT_SEED + 1000 * n, RUN_ON_END) for n in range(max(1, round(SHOPS * bench.scale)))]
    before, sums = os.times(), []
    for seed, end in runs:
        history = true_series(seed, FIRST_DAY, end)
        result = forecast_at(history, FORECAST_ON[end])
        sums.append(
            with_truth(result.fct_forecast_cumulative, history, FORECAST_ON[end]).with_columns(
                pl.lit(seed).alias("seed")
            )
        )
    after, came = os.times(), pl.concat(sums)
    of_demo = came.filter((pl.col("level") == "total") & (pl.col("seed") == DEFAULT_SEED))
    published = came.group_by("seed", "measure", "horizon_days").agg(pl.col("coverage_80").first())
    figures = {
        "series-origins": came.filter(pl.col("p10").is_not_null()).height / 3,
        "sums in 80 %": _inside(came, "p10", "p90"),
        "sums in 95 %": _inside(came, "p025", "p975"),
        "published coverage": _mean(published, pl.col("coverage_80").mean()),
        "totals in 80 %": _inside(came.filter(pl.col("level") == "total"), "p10", "p90"),
        "demo's totals in 80 %": _inside(of_demo, "p10", "p90"),
        "CPU s a run": (after.user + after.system - before.user - before.system) / len(runs),
    }
    for days, of_days in sorted(came.group_by("horizon_days")):
        figures[f"{days[0]}-day sums in 80 %"] = _inside(of_days, "p10", "p90")
    return figures


def _inside(sums: pl.DataFrame, low: str, high: str) -> float:
    return _mean(sums, pl.col("truth").is_between(low, high).mean())


def _mean(rows: pl.DataFrame, value: pl.Expr) -> float:
    return float(rows.select(value.alias("mean"))["mean"].item())
