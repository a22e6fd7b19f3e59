"""Exchange rates: a step on the first of each month."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from demo.world.scenario import Ints, Scenario

RATE_SCALE = 10_000


def euro_steps(scenario: Scenario) -> pl.DataFrame:
    """Dates from which a rate holds and US dollars for one euro in ten-thousandths; the first precedes the world."""
    return _steps(scenario, "exchange", 1.09)


def canadian_by_day(scenario: Scenario) -> Ints:
    """Canadian dollars for one US dollar, in ten-thousandths, by day index."""
    return _by_day(scenario, _steps(scenario, "canadian dollar", 1.38))


def _steps(scenario: Scenario, purpose: str, start: float) -> pl.DataFrame:
    months: list[date] = [date(scenario.first_day.year - 1, 1, 1)]
    while months[-1] <= scenario.dates[-1]:
        last = months[-1]
        months.append(date(last.year + last.month // 12, last.month % 12 + 1, 1))
    months = months[:-1]
    rng = scenario.rng(purpose)
    walk = start * np.exp(np.cumsum(rng.normal(0, 0.011, len(months))))
    return pl.DataFrame({"valid_from": months, "rate": np.rint(walk * RATE_SCALE).astype(np.int64)})


def euro_by_day(scenario: Scenario) -> Ints:
    """US dollars for one euro, in ten-thousandths, by day index."""
    return _by_day(scenario, euro_steps(scenario))


def _by_day(scenario: Scenario, steps: pl.DataFrame) -> Ints:
    starts = steps["valid_from"].cast(pl.Int32).to_numpy()
    days = scenario.first_day.toordinal() - 719_163 + np.arange(scenario.horizon)
    rates: Ints = steps["rate"].to_numpy()[np.searchsorted(starts, days, side="right") - 1]
    return rates


def convert(scenario: Scenario, cents: Ints, store: Ints, to_store: int, day: Ints) -> Ints:
    """Cents of each store's currency as cents of another store's at the day's rate, rounded half up."""
    rate = euro_by_day(scenario)[np.clip(day, 0, scenario.horizon - 1)]
    dollars = (2 * cents * rate + RATE_SCALE) // (2 * RATE_SCALE)
    euros = (2 * cents * RATE_SCALE + rate) // (2 * rate)
    return np.where(store == to_store, cents, dollars if to_store == 0 else euros)
