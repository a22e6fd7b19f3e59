"""Prices over time: list price changes, temporary price cuts, clearance, and what competitors ask."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from demo.world.catalog import (
    CATEGORIES,
    GOODS,
    SKUS,
    Catalog,
    round_price,
)
from demo.world.scenario import Floats, Ints, Scenario

CLEARANCE_DAYS, CLEARANCE_RATE = 21, 0.3
COMPETITORS = ("Trailhead Outlet", "Urban Basics", "Nordshop")


@dataclass(frozen=True)
class PriceCut:
    """A temporary price cut of a category in one store."""

    store: int
    category: int
    first: int
    last: int
    rate: float


@dataclass(frozen=True)
class Prices:
    """Cents by store, SKU and day; ``compare_at`` is 0 where nothing is struck through."""

    price: Ints
    compare_at: Ints
    cuts: list[PriceCut]


def build_prices(scenario: Scenario, catalog: Catalog) -> Prices:
    """Draws list price changes by product, then cuts and clearance on top of them."""
    rng = scenario.rng("prices")
    products = int(catalog.product[GOODS - 1]) + 1
    first_sku = np.unique(catalog.product[:GOODS], return_index=True)[1]
    chance = 1 / 170
    steps = rng.normal(0.012, 0.085, (2, products, scenario.days))
    steps *= rng.random((2, products, scenario.days)) < chance
    steps[:, :, 0] = 0
    level = np.clip(np.exp(np.cumsum(steps, axis=2)), 0.72, 1.38)
    by_product = round_price(catalog.base_price[:, first_sku, None] * level / 100)
    goods = by_product[:, catalog.product[:GOODS], :]
    listed = np.broadcast_to(catalog.base_price[:, :, None], (2, SKUS, scenario.days)).copy()
    listed[:, :GOODS] = goods

    price = listed.copy()
    cuts = _price_cuts(scenario, rng)
    for cut in cuts:
        rows = np.flatnonzero(catalog.category == cut.category)
        window = np.s_[cut.store, rows[:, None], np.arange(cut.first, cut.last + 1)[None, :]]
        price[window] = round_price(listed[window].astype(np.float64) * (1 - cut.rate) / 100)
    days = np.arange(scenario.days)
    clearing = (days >= catalog.discontinued[:, None] - CLEARANCE_DAYS)[None]
    price = np.where(
        clearing, np.minimum(price, round_price(listed.astype(np.float64) * (1 - CLEARANCE_RATE) / 100)), price
    )
    return Prices(price, np.where(price < listed, listed, 0), cuts)


def _price_cuts(scenario: Scenario, rng: np.random.Generator) -> list[PriceCut]:
    """About one cut of ten days per store and quarter."""
    cuts = []
    for store in (0, 1):
        for start in range(20, scenario.days - 14, 91):
            first = int(start + rng.integers(0, 8))
            last = min(first + 9, scenario.days - 1)
            cuts.append(
                PriceCut(store, int(rng.integers(len(CATEGORIES))), first, last, float(rng.choice([0.1, 0.15, 0.2])))
            )
    return cuts


def price_effect(catalog: Catalog, prices: Prices) -> Floats:
    """Demand multiplier by store, goods SKU and day: (price / base price) to the power of minus the elasticity."""
    elasticity = np.array([c.elasticity for c in CATEGORIES])[catalog.category[:GOODS]]
    relative = prices.price[:, :GOODS] / catalog.base_price[:, :GOODS, None]
    effect: Floats = relative ** -elasticity[None, :, None]
    return effect


def price_changes(prices: Prices, catalog: Catalog, last_day: Ints) -> pl.DataFrame:
    """One row per store, SKU and day from which a price holds: (store, sku, day, price, compare_at).

    Args:
        last_day: per store, the last visible day.
    """
    frames = []
    for store in (0, 1):
        price, compare = prices.price[store], prices.compare_at[store]
        changed = np.ones(price.shape, dtype=bool)
        changed[:, 1:] = (price[:, 1:] != price[:, :-1]) | (compare[:, 1:] != compare[:, :-1])
        start = np.maximum(catalog.launch, 0)
        day = np.arange(price.shape[1])
        changed &= day >= start[:, None]
        inside = start < price.shape[1]
        changed[np.flatnonzero(inside), start[inside]] = True
        changed &= (day <= last_day[store]) & (day <= catalog.deleted[:, None])
        sku, when = np.nonzero(changed)
        frames.append(
            pl.DataFrame(
                {
                    "store": np.full(len(sku), store),
                    "sku": sku,
                    "day": when,
                    "price": price[sku, when],
                    "compare_at": compare[sku, when],
                }
            )
        )
    return pl.concat(frames)


def competitor_prices(scenario: Scenario, catalog: Catalog, prices: Prices) -> pl.DataFrame:
    """Weekly observations of three competitors on a third of the assortment: (competitor, sku, day, cents, in_stock).

    A competitor sits at its own level, drifts, and follows half of our list price changes.
    """
    rng = scenario.rng("competitors")
    observed = np.sort(rng.choice(GOODS, GOODS // 3, replace=False))
    weeks = np.arange(2, scenario.days, 7)
    frames = []
    for index, competitor in enumerate(COMPETITORS):
        level = rng.normal((0.94, 1.0, 1.07)[index], 0.06, len(observed))
        drift = np.cumsum(rng.normal(0, 0.008, (len(observed), len(weeks))), axis=1)
        own = prices.price[0][observed][:, weeks] / catalog.base_price[0, observed, None]
        asked = catalog.base_price[0, observed, None] / 100 * level[:, None] * np.exp(drift) * own**0.5
        seen = (rng.random(asked.shape) < 0.9) & (weeks[None, :] >= catalog.launch[observed][:, None])
        row, column = np.nonzero(seen)
        frames.append(
            pl.DataFrame(
                {
                    "competitor": [competitor] * len(row),
                    "sku": observed[row],
                    "day": weeks[column],
                    "cents": round_price(asked[row, column]),
                    "in_stock": rng.random(len(row)) < 0.93,
                }
            )
        )
    return pl.concat(frames)
