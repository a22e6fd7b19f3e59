"""What a forecast run is told: horizon, backtest, selection. Everything else is measured."""

from __future__ import annotations

from dataclasses import dataclass

WEEK = 7
YEAR = 364
"""52 whole weeks: last year's same weekday (365 would drift off the weekday)."""

QUANTILE_LEVELS: dict[str, float] = {
    "p025": 0.025,
    "p05": 0.05,
    "p10": 0.10,
    "p25": 0.25,
    "p50": 0.50,
    "p75": 0.75,
    "p90": 0.90,
    "p95": 0.95,
    "p975": 0.975,
}
"""Quantiles of a published forecast: column name to level."""

SERIES = ("measure", "level", "series_id")
"""Columns that name a series."""

ENTITY = ("level", "series_id")
"""Columns that name what is sold: its measures are forecast by one model, so that money and units tell one story."""

MONEY, UNITS = "net_sales_reporting", "units"
"""Measures whose quotient is a price."""


@dataclass(frozen=True)
class ForecastConfig:
    """Settings of a run.

    Attributes:
        horizon: days ahead.
        origins: backtest cutoffs wanted; fewer are used when the history is short.
        cumulative_horizons: days over which sums get quantiles of their own, ascending, none beyond ``horizon``.
        switch_gain: a series leaves its class's champion only for a mean loss at least this much lower (share).
        minimum_history: days since the first sale below which a series is forecast by its seasonal naive untested.
        first_forecast: days since the first sale below which a series is not forecast yet.
        seed: recorded, and part of the run's id; no candidate draws at random.
        workers: processes that fit models; 1: in this process.
    """

    horizon: int = 90
    origins: int = 16
    cumulative_horizons: tuple[int, ...] = (30, 60, 90)
    switch_gain: float = 0.05
    minimum_history: int = 8 * WEEK
    first_forecast: int = 4 * WEEK
    seed: int = 20260101
    workers: int = 2


def horizon_bucket_starts() -> tuple[int, ...]:
    """First day of each horizon bucket in which errors are pooled: 1-7, 8-30, 31-60, 61 and later."""
    return (1, 8, 31, 61)
