"""Ad campaigns and what they truly do: delivery by day, clicks, and the orders that would not exist without them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demo.world.demand import Demand
from demo.world.scenario import Floats, Ints, Scenario
from demo.world.situations import DELETED_AD_SHARE

ATTRIBUTED_SHARE = 0.22
"""About this share of all orders follows an ad click, caused by it or not."""
SATURATION = 0.7
"""Caused orders grow with spend to this power."""
META, GOOGLE = 0, 1
DELETED_AD_CAMPAIGN = "US - Prospecting - Broad"
"""The campaign of which somebody has deleted an ad."""
PLATFORM_STORE = (0, 1)
"""The store whose time zone and currency an ad account has."""


@dataclass(frozen=True)
class Campaign:
    """A campaign and its true behaviour.

    Attributes:
        incrementality: share of the orders after its clicks that the click caused.
        conversion_rate: orders after a click, per click.
        click_cents: cost of a click in cents of the account's currency.
        click_through_rate: clicks per impression.
        view_claim: orders that the platform claims beyond those after a click, per order after a click.
        months: months in which it runs; empty: always.
    """

    platform: int
    name: str
    store: int
    kind: str
    weight: float
    incrementality: float
    conversion_rate: float
    click_cents: int
    click_through_rate: float
    view_claim: float
    groups: tuple[str, ...]
    months: tuple[int, ...] = ()

    @property
    def utm_campaign(self) -> str:
        """The campaign's name as its links carry it."""
        return self.name.lower().replace(" - ", "_").replace(" ", "_")


CAMPAIGNS: tuple[Campaign, ...] = (
    Campaign(
        META,
        "US - Prospecting - Broad",
        0,
        "OUTCOME_SALES",
        3.0,
        0.72,
        0.018,
        95,
        0.011,
        0.9,
        ("Lookalike 2%", "Broad 25-54"),
    ),
    Campaign(
        META, "US - Retargeting", 0, "OUTCOME_SALES", 2.0, 0.22, 0.042, 80, 0.019, 1.6, ("Cart 14d", "Viewers 30d")
    ),
    Campaign(
        META,
        "US - Catalog",
        0,
        "OUTCOME_SALES",
        1.6,
        0.45,
        0.027,
        70,
        0.015,
        1.1,
        ("Best sellers", "New arrivals"),
        (3, 4, 5, 9, 10, 11, 12),
    ),
    Campaign(
        META, "US - Holiday Push", 0, "OUTCOME_SALES", 2.6, 0.58, 0.024, 120, 0.013, 1.2, ("Gifts", "Deals"), (11, 12)
    ),
    Campaign(
        META,
        "EU - Prospecting",
        1,
        "OUTCOME_SALES",
        1.8,
        0.66,
        0.016,
        75,
        0.012,
        0.8,
        ("DACH", "Benelux"),
        (2, 3, 4, 5, 6, 9, 10, 11, 12),
    ),
    Campaign(
        META,
        "EU - Summer Awareness",
        1,
        "OUTCOME_AWARENESS",
        0.8,
        0.80,
        0.006,
        30,
        0.006,
        2.5,
        ("Video", "Stories"),
        (5, 6, 7, 8),
    ),
    Campaign(GOOGLE, "US - Search - Brand", 0, "SEARCH", 2.4, 0.12, 0.085, 45, 0.14, 0.2, ("Brand exact",)),
    Campaign(
        GOOGLE, "US - Search - Generic", 0, "SEARCH", 1.8, 0.68, 0.026, 115, 0.045, 0.3, ("Jackets", "Shoes", "Camping")
    ),
    Campaign(GOOGLE, "US - Performance Max", 0, "PERFORMANCE_MAX", 2.2, 0.50, 0.030, 85, 0.02, 0.6, ("All products",)),
    Campaign(GOOGLE, "EU - Search - Brand", 1, "SEARCH", 1.4, 0.15, 0.080, 38, 0.13, 0.2, ("Marke exact",)),
    Campaign(GOOGLE, "EU - Shopping", 1, "SHOPPING", 1.6, 0.55, 0.028, 62, 0.012, 0.4, ("Bekleidung", "Outdoor")),
    Campaign(GOOGLE, "EU - Display", 1, "DISPLAY", 0.7, 0.60, 0.005, 22, 0.004, 1.8, ("Interessen",)),
)


@dataclass(frozen=True)
class Leaf:
    """The lowest unit that delivers: a Meta ad, a Google ad group (or a Performance Max campaign's asset group)."""

    campaign: int
    group: int
    number: int
    name: str
    share: float
    is_deleted: bool = False
    """Gone from its account's lists, with all that reports tell of it but the totals above it."""


@dataclass(frozen=True)
class Delivery:
    """What was delivered.

    Attributes:
        leaves: delivering units.
        budget: relative spend by campaign and day, 0 where it does not run.
        clicks: by leaf and day, before the clicks of orders are added.
        caused: orders that the ads caused, by campaign and day.
        expected_caused: their expectation.
        followed: expected orders after a click that would have come anyway, by campaign and day.
    """

    leaves: list[Leaf]
    budget: Floats
    clicks: Ints
    caused: Ints
    expected_caused: Floats
    followed: Floats

    @property
    def leaf_campaign(self) -> Ints:
        """Campaign index by leaf."""
        return np.array([leaf.campaign for leaf in self.leaves], dtype=np.int64)


def ads_per_ad_set(scenario: Scenario) -> int:
    """More ads where there is more to advertise; one to three."""
    return int(np.clip(round(3 * scenario.scale**0.5), 1, 3))


def build_leaves(scenario: Scenario) -> list[Leaf]:
    """Every ad set's ads on Meta, every ad group on Google."""
    rng = scenario.rng("ad leaves")
    leaves = []
    formats = ("Carousel", "Video 15s", "Static")
    for index, campaign in enumerate(CAMPAIGNS):
        ads = ads_per_ad_set(scenario) if campaign.platform == META else 1
        gone = DELETED_AD_SHARE if campaign.name == DELETED_AD_CAMPAIGN else 0.0
        weights = rng.dirichlet(np.full(len(campaign.groups) * ads, 6.0))
        for number, weight in enumerate(weights.tolist()):
            group, ad = divmod(number, ads)
            name = f"{campaign.groups[group]} - {formats[ad]}" if campaign.platform == META else campaign.groups[group]
            leaves.append(Leaf(index, group, ad, name, weight * (1 - gone)))
        if gone:
            leaves.append(Leaf(index, 0, ads, f"{campaign.groups[0]} - First try", gone, is_deleted=True))
    return leaves


def build_delivery(scenario: Scenario, demand: Demand) -> Delivery:
    """Draws budgets, clicks and caused orders."""
    rng = scenario.rng("ad delivery")
    days = scenario.days
    months = np.array([d.month for d in scenario.dates])
    weights = np.array([c.weight for c in CAMPAIGNS])
    mean_orders = weights / weights.sum() * ATTRIBUTED_SHARE * scenario.orders / days

    weekly = np.repeat(rng.lognormal(0, 0.22, (len(CAMPAIGNS), days // 7 + 1)), 7, axis=1)[:, :days]
    budget = weekly * rng.lognormal(0, 0.08, (len(CAMPAIGNS), days))
    for index, campaign in enumerate(CAMPAIGNS):
        if campaign.months:
            budget[index] *= np.isin(months, campaign.months) * 12 / len(campaign.months) * 0.5
    stores = np.array([c.store for c in CAMPAIGNS])
    relative = demand.intensity / demand.intensity.mean(axis=1, keepdims=True)
    season = relative[stores] ** 0.5
    budget *= season

    incrementality = np.array([c.incrementality for c in CAMPAIGNS])
    after_click = mean_orders[:, None] * budget**SATURATION * season
    expected_caused = incrementality[:, None] * after_click
    leaves = build_leaves(scenario)
    of_leaf = np.array([leaf.campaign for leaf in leaves])
    share = np.array([leaf.share for leaf in leaves])
    rate = np.array([c.conversion_rate for c in CAMPAIGNS])
    clicks = rng.poisson((mean_orders / rate)[of_leaf, None] * share[:, None] * budget[of_leaf])
    return Delivery(
        leaves,
        budget,
        clicks.astype(np.int64),
        rng.poisson(expected_caused).astype(np.int64),
        expected_caused,
        after_click - expected_caused,
    )
