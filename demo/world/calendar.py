"""Seasons of the week and the year, holidays, and the injected days on which something was wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from demo.world.scenario import Floats, Scenario

WEEKDAY = np.array(
    [
        [1.04, 0.98, 0.96, 0.98, 1.00, 1.02, 1.12],
        [1.08, 1.02, 0.98, 1.00, 0.97, 0.88, 1.16],
    ]
)
"""Demand by store and weekday (Monday first), relative."""

TREND_PER_YEAR = 0.08


def thanksgiving(year: int) -> date:
    """The fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + timedelta((3 - first.weekday()) % 7 + 21)


def weekday_factor(scenario: Scenario) -> Floats:
    """Demand by store and day of the week, averaging about 1."""
    weekdays = np.array([d.weekday() for d in scenario.dates])
    return WEEKDAY[:, weekdays]


def holiday_factor(scenario: Scenario) -> Floats:
    """Demand by store and day from holidays and the Christmas run-up, promotions apart."""
    factor = np.ones((2, scenario.days))
    for index, day in enumerate(scenario.dates):
        if (day.month, day.day) in {(12, 25), (12, 26), (1, 1)}:
            factor[:, index] = 0.45
        elif day.month == 12 and day.day <= 20:
            factor[:, index] = 1.15 + 0.02 * day.day
        elif day.month == 12 and day.day <= 24:
            factor[:, index] = 0.9
        if (day.month, day.day) == (7, 4):
            factor[0, index] = 0.7
        if (day.month, day.day) == (10, 3):
            factor[1, index] = 0.8
        if day == thanksgiving(day.year):
            factor[0, index] = 1.1
    return factor


def trend_factor(scenario: Scenario) -> Floats:
    """Growth by day, 1 at the start."""
    return np.exp(TREND_PER_YEAR * np.arange(scenario.days) / 365.25)


@dataclass(frozen=True)
class Anomaly:
    """A day on which the world was not as usual, injected on purpose."""

    store: int
    day: int
    kind: str
    factor: float


def anomalies(scenario: Scenario, busy: Floats) -> list[Anomaly]:
    """A few days of viral demand and of a broken checkout in each store, away from each other and from promotions.

    Args:
        busy: promotion factor by store and day; days other than 1 are left alone.
    """
    rng = scenario.rng("anomalies")
    count = max(1, round(scenario.days / 240))
    found: list[Anomaly] = []
    for store in (0, 1):
        for kind, factor in (("viral_demand", 2.6), ("checkout_outage", 0.12)):
            free = [
                d
                for d in range(14, scenario.days - 7)
                if busy[store, d] == 1 and all(abs(d - a.day) > 14 for a in found if a.store == store)
            ]
            if not free:
                continue
            for day in sorted(rng.choice(free, size=min(count, len(free)), replace=False).tolist()):
                if all(abs(day - a.day) > 7 for a in found if a.store == store):
                    found.append(Anomaly(store, int(day), kind, factor))
    return found


def anomaly_factor(scenario: Scenario, found: list[Anomaly]) -> Floats:
    """Demand by store and day from the injected anomalies."""
    factor = np.ones((2, scenario.days))
    for anomaly in found:
        factor[anomaly.store, anomaly.day] = anomaly.factor
    return factor
