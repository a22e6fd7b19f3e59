"""How the merchant buys: periodic review by supplier against a planner's forecast, late and short deliveries."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from ingestion.demo.simulation.catalog import GOODS, Catalog, Supplier
from ingestion.demo.simulation.demand import Demand
from ingestion.demo.simulation.scenario import Floats, Ints, Scenario

REVIEW_DAYS = 14
END_OF_LIFE_DAYS = 45
"""Nothing is bought in the last days before a product is discontinued."""


@dataclass
class Planner:
    """What the merchant believes and how much risk it takes.

    Attributes:
        cumulated: believed units by store, SKU, cumulated over days (the true baseline times a bias by SKU).
        safety_days: by SKU; where they are few, stock runs out.
    """

    cumulated: Floats
    safety_days: Floats
    caution: Floats
    """Standard deviations of demand kept in reserve, by SKU."""

    @classmethod
    def of(cls, scenario: Scenario, demand: Demand, units: float) -> Planner:
        """A planner for a world of about ``units`` units of demand."""
        rng = scenario.rng("planner")
        believed = demand.baseline * (units / scenario.days) * rng.lognormal(0.06, 0.28, GOODS)[None, :, None]
        cumulated = np.concatenate([np.zeros((2, GOODS, 1)), np.cumsum(believed, axis=2)], axis=2)
        tier = rng.choice(3, GOODS, p=[0.15, 0.35, 0.5])
        return cls(cumulated, np.array([3.0, 14.0, 30.0])[tier], np.array([0.3, 1.2, 1.9])[tier])

    def need(self, skus: Ints, rate: Floats, days: float) -> Floats:
        """Units that should cover so many days: the expectation, safety days, and a reserve for chance."""
        units: Floats = rate * (days + self.safety_days[skus]) + self.caution[skus] * np.sqrt(rate * days)
        return units

    def rate(self, store: int, skus: Ints, day: int, days: int) -> Floats:
        """Believed units a day over the coming days; the last known rate beyond the end of the world."""
        last = self.cumulated.shape[2] - 1
        upto = min(day + days, last)
        since = min(day, max(upto - 7, 0))
        rate: Floats = (self.cumulated[store, skus, upto] - self.cumulated[store, skus, since]) / (upto - since)
        return rate


@dataclass
class Purchases:
    """Purchase orders as they are written; arrays by row, joined at the end."""

    orders: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    """(number, store, supplier, day, expected day)"""
    lines: list[pl.DataFrame] = field(default_factory=list)
    receipts: list[pl.DataFrame] = field(default_factory=list)
    cancelled: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Delivery:
    """Goods that will arrive: the day and units by SKU that can be stocked."""

    day: int
    skus: Ints
    stocked: Ints
    ordered: Ints


def review(
    scenario: Scenario,
    catalog: Catalog,
    supplier: Supplier,
    index: int,
    planner: Planner,
    position: Ints,
    store: int,
    day: int,
    rng: np.random.Generator,
    book: Purchases,
) -> list[Delivery]:
    """Orders what the supplier's SKUs need in one store.

    Args:
        position: units available, in transit and on order by goods SKU of the store.

    Returns:
        the deliveries to come; empty where nothing was ordered.
    """
    cover = round(supplier.mean_days) + REVIEW_DAYS
    skus = np.flatnonzero(catalog.supplier[:GOODS] == index)
    live = (day >= catalog.launch[skus] - cover) & (day < catalog.discontinued[skus] - END_OF_LIFE_DAYS)
    skus = skus[live]
    rate = planner.rate(store, skus, day, cover + 14)
    need = planner.need(skus, rate, cover)
    due = position[skus] < need
    skus, rate, need = skus[due], rate[due], need[due]
    if not len(skus):
        return []
    pack = catalog.case_pack[skus]
    wanted = need - position[skus] + rate * REVIEW_DAYS
    quantity = (np.maximum(np.ceil(wanted / pack), 1) * pack).astype(np.int64)

    number = len(book.orders)
    book.orders.append((number, store, index, day, day + supplier.agreed_days))
    lines = np.arange(1, len(skus) + 1)
    drift = 1 + 0.05 * day / 365.25
    cost = np.rint(catalog.cost[skus] * drift * rng.normal(1, 0.02, len(skus))).astype(np.int64)
    book.lines.append(
        pl.DataFrame({"po": np.full(len(skus), number), "line": lines, "sku": skus, "quantity": quantity, "cost": cost})
    )
    if rng.random() < 0.01:
        book.cancelled.add(number)
        return []
    return _deliveries(supplier, store, day, number, lines, skus, quantity, rng, book)


def _deliveries(
    supplier: Supplier,
    store: int,
    day: int,
    number: int,
    lines: Ints,
    skus: Ints,
    quantity: Ints,
    rng: np.random.Generator,
    book: Purchases,
) -> list[Delivery]:
    """A first delivery, short for some lines, and often a second one with the rest."""
    shape = 1 / supplier.variation**2
    lead = max(3, round(float(rng.gamma(shape, supplier.mean_days / shape))))
    short = rng.random(len(skus)) < supplier.short_rate
    first = np.where(short, (quantity * rng.uniform(0.4, 0.9, len(skus))).astype(np.int64), quantity)
    rest = np.where(rng.random(len(skus)) < 0.6, quantity - first, 0)
    parts = [(day + lead, first), (day + lead + int(rng.integers(5, 20)), rest)]
    found = []
    for sequence, (arrival, received) in enumerate(parts):
        some = received > 0
        if not some.any():
            continue
        rejected = rng.binomial(received[some], supplier.reject_rate)
        book.receipts.append(
            pl.DataFrame(
                {
                    "po": np.full(some.sum(), number),
                    "sequence": np.full(some.sum(), sequence),
                    "store": np.full(some.sum(), store),
                    "line": lines[some],
                    "sku": skus[some],
                    "day": np.full(some.sum(), arrival),
                    "received": received[some],
                    "rejected": rejected.astype(np.int64),
                }
            )
        )
        found.append(Delivery(arrival, skus[some], received[some] - rejected, received[some]))
    return found
