"""Promotions: codes on the calendar with a true lift, and evergreen codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from demo.world.calendar import thanksgiving
from demo.world.catalog import CATEGORIES, GOODS, Catalog
from demo.world.scenario import Floats, Scenario

WELCOME, LOYAL, FREE_SHIPPING = "WELCOME10", "LOYAL5", "FREESHIP"
CODE_USE = 0.75
"""Share of eligible online orders of a promotion that use its code."""


@dataclass(frozen=True)
class Promotion:
    """A promotion in both stores.

    Attributes:
        category: index, or -1 for everything.
        lift: demand of what it covers while it runs, relative to without it (its discount's effect included).
    """

    code: str
    name: str
    category: int
    rate_percent: int
    lift: float
    starts: date
    ends: date

    def window(self, scenario: Scenario) -> tuple[int, int]:
        """First and last day index, which may lie outside the simulated days."""
        return (self.starts - scenario.first_day).days, (self.ends - scenario.first_day).days


_FIXED = (
    ("NEWYEAR", "New Year Sale", "Outerwear", 15, 1.35, (1, 3), (1, 14)),
    ("LOVE", "Valentine's Week", "Beauty", 10, 1.25, (2, 7), (2, 14)),
    ("SPRING", "Spring Refresh", "Tops", 15, 1.40, (3, 20), (4, 2)),
    ("TRAIL", "Trail Days", "Outdoor Gear", 20, 1.60, (5, 10), (5, 23)),
    ("SUMMER", "Summer Sale", None, 20, 1.45, (6, 25), (7, 8)),
    ("SCHOOL", "Back to School", "Footwear", 12, 1.30, (8, 12), (8, 30)),
    ("MIDSEASON", "Mid-Season Sale", "Bottoms", 15, 1.35, (10, 5), (10, 13)),
    ("GIFTS", "Holiday Gifts", "Home", 10, 1.30, (12, 5), (12, 15)),
)


def promotions(scenario: Scenario) -> list[Promotion]:
    """Every promotion that touches the simulated days, by start."""
    names = [c.name for c in CATEGORIES]
    found = []
    for year in range(scenario.first_day.year, scenario.dates[-1].year + 1):
        tail = f"{year % 100}"
        for code, name, category, rate, lift, start, end in _FIXED:
            index = -1 if category is None else names.index(category)
            found.append(
                Promotion(code + tail, f"{name} {year}", index, rate, lift, date(year, *start), date(year, *end))
            )
        friday = thanksgiving(year) + timedelta(1)
        found.append(
            Promotion("BFCM" + tail, f"Black Friday {year}", -1, 25, 1.9, friday - timedelta(1), friday + timedelta(3))
        )
    inside = [p for p in found if p.ends >= scenario.first_day and p.starts <= scenario.dates[-1]]
    return sorted(inside, key=lambda p: p.starts)


def lift_by_sku(scenario: Scenario, catalog: Catalog, promoted: list[Promotion]) -> Floats:
    """Demand multiplier by goods SKU and day."""
    lift = np.ones((GOODS, scenario.days))
    for promotion in promoted:
        first, last = promotion.window(scenario)
        rows = np.flatnonzero((catalog.category[:GOODS] == promotion.category) | (promotion.category < 0))
        lift[rows, max(first, 0) : max(last + 1, 0)] *= promotion.lift
    return lift


def promotion_of_sku(scenario: Scenario, catalog: Catalog, promoted: list[Promotion]) -> np.ndarray:
    """Index of the promotion that covers a SKU on a day, -1 where there is none; (goods, days)."""
    index = np.full((GOODS, scenario.days), -1, dtype=np.int64)
    for number, promotion in enumerate(promoted):
        first, last = promotion.window(scenario)
        rows = np.flatnonzero((catalog.category[:GOODS] == promotion.category) | (promotion.category < 0))
        index[rows, max(first, 0) : max(last + 1, 0)] = number
    return index
