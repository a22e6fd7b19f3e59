"""How the merchant buys: periodic review by supplier against a planner's forecast, late and short deliveries."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from demo.world.catalog import GOODS, Catalog, Supplier
from demo.world.demand import Demand
from demo.world.scenario import Floats, Ints, Scenario

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


class Rows:
    """Blocks of integer columns that grow day by day and become one frame at the end."""

    def __init__(self, *columns: str) -> None:
        self.columns = columns
        self.blocks: list[Ints] = []

    def add(self, *values: Ints | int) -> None:
        """Adds rows; single numbers are repeated."""
        self.blocks.append(np.stack(np.broadcast_arrays(*values)).astype(np.int64))

    def frame(self) -> pl.DataFrame:
        """Everything that was added."""
        whole = np.concatenate([np.empty((len(self.columns), 0), dtype=np.int64), *self.blocks], axis=1)
        return pl.DataFrame(dict(zip(self.columns, whole, strict=True)))


@dataclass
class PurchaseBook:
    """Purchase orders as they are written."""

    orders: Rows = field(default_factory=lambda: Rows("po", "store", "supplier", "day", "expected", "cancelled"))
    lines: Rows = field(default_factory=lambda: Rows("po", "line", "sku", "quantity", "cost"))
    receipts: Rows = field(
        default_factory=lambda: Rows("po", "sequence", "store", "line", "sku", "day", "received", "rejected")
    )


@dataclass(frozen=True)
class Delivery:
    """Goods that will arrive: the day and units by SKU that can be stocked."""

    day: int
    skus: Ints
    stocked: Ints


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
    book: PurchaseBook,
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

    number = len(book.orders.blocks)
    cancelled = rng.random() < 0.01
    book.orders.add(np.array([number]), store, index, day, day + supplier.agreed_days, int(cancelled))
    lines = np.arange(1, len(skus) + 1)
    drift = 1 + 0.05 * day / 365.25
    cost = np.rint(catalog.cost[skus] * drift * rng.normal(1, 0.02, len(skus))).astype(np.int64)
    book.lines.add(number, lines, skus, quantity, cost)
    if cancelled:
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
    book: PurchaseBook,
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
        book.receipts.add(number, sequence, store, lines[some], skus[some], arrival, received[some], rejected)
        found.append(Delivery(arrival, skus[some], received[some] - rejected))
    return found
