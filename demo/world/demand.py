"""Expected demand by store, SKU and day: the one place where every true effect meets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demo.world import calendar
from demo.world.calendar import Anomaly
from demo.world.catalog import CATEGORIES, GOODS, Catalog
from demo.world.pricing import Prices, price_effect
from demo.world.promotions import Promotion, lift_by_sku
from demo.world.scenario import Floats, Scenario
from demo.world.stores import STORES

RAMP_DAYS = 28


@dataclass(frozen=True)
class Demand:
    """Relative expected units.

    Attributes:
        expected: by store, goods SKU and day; mean 1 over days of the two stores' sums.
        baseline: the same without price, promotion, anomaly and noise: what a planner would expect.
        anomalies: the injected days.
    """

    expected: Floats
    baseline: Floats
    anomalies: list[Anomaly]

    @property
    def intensity(self) -> Floats:
        """Expected demand by store and day."""
        total: Floats = self.expected.sum(axis=1)
        return total


def build_demand(scenario: Scenario, catalog: Catalog, prices: Prices, promoted: list[Promotion]) -> Demand:
    """Multiplies every effect."""
    day = np.arange(scenario.days)
    share = np.array([s.share for s in STORES])[:, None, None]
    seasonal = _year_factor(scenario)[catalog.category[:GOODS]]
    common = calendar.weekday_factor(scenario) * calendar.holiday_factor(scenario) * calendar.trend_factor(scenario)
    baseline = share * (catalog.popularity[:, None] * seasonal * _life_factor(catalog, day))[None] * common[:, None, :]

    lift = lift_by_sku(scenario, catalog, promoted)
    busy = np.broadcast_to(lift.max(axis=0), (2, scenario.days))
    anomalies = calendar.anomalies(scenario, busy)
    shock = calendar.anomaly_factor(scenario, anomalies) * _noise(scenario)
    expected = baseline * price_effect(catalog, prices) * lift[None] * shock[:, None, :]
    level = expected.sum(axis=(0, 1)).mean()
    return Demand(expected / level, baseline / level, anomalies)


def _year_factor(scenario: Scenario) -> Floats:
    """Demand by category and day of the year: a cosine with its peak at the category's day."""
    yearday = np.array([d.timetuple().tm_yday for d in scenario.dates])
    amplitude = np.array([c.seasonality[0] for c in CATEGORIES])[:, None]
    peak = np.array([c.seasonality[1] for c in CATEGORIES])[:, None]
    factor: Floats = np.exp(amplitude * np.cos(2 * np.pi * (yearday - peak) / 365.25))
    return factor


def _life_factor(catalog: Catalog, day: np.ndarray) -> Floats:
    """0 before launch and from discontinuation; a launch ramps up over four weeks."""
    launch = catalog.launch[:GOODS, None]
    age = day[None, :] - launch + 1
    ramp = np.where(launch >= 0, np.clip(age / RAMP_DAYS, 0, 1) * (1 + 0.6 * np.exp(-np.maximum(age, 0) / 45)), 1.0)
    factor: Floats = np.where(day[None, :] < catalog.discontinued[:GOODS, None], ramp, 0.0)
    return factor


def _noise(scenario: Scenario) -> Floats:
    """Autocorrelated day noise by store: what no calendar explains."""
    rng = scenario.rng("demand noise")
    shocks = rng.normal(0, 0.05, (2, scenario.days))
    noise = np.zeros_like(shocks)
    for d in range(1, scenario.days):
        noise[:, d] = 0.6 * noise[:, d - 1] + shocks[:, d]
    return np.exp(noise)
