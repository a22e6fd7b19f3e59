"""How online shoppers came: visits before an order, and the ad clicks among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from demo.world.ads import CAMPAIGNS, PLATFORM_STORE, Delivery
from demo.world.events import Events
from demo.world.scenario import DAY, Ints, Scenario
from demo.world.shoppers import WEB
from demo.world.situations import MOST_VISITS, RETURNING_VISIT_RATE
from demo.world.stores import STORES

ORGANIC = (
    # source, source type, referrer, utm source, utm medium, weight
    ("Google", "SEO", "https://www.google.com/", None, None, 0.32),
    ("direct", None, None, None, None, 0.33),
    ("Email", "NEWSLETTER", None, "newsletter", "email", 0.17),
    ("Instagram", "POST", "https://l.instagram.com/", None, None, 0.12),
    ("blog", "LINK", "https://blog.example.com/", None, None, 0.06),
)
EARLY_DAYS = 14
"""Nobody has visited before so many days of the world have passed."""
AD_DAYS = 7
"""An order within so many days of an ad click counts as after the click."""


@dataclass(frozen=True)
class Journeys:
    """Visits and ad credit.

    Attributes:
        visits: order, ts, leaf (-1: no ad), organic (index, -1: an ad), last (whether the order followed at once).
        credited: one row per order after an ad click: order, leaf, click_ts, order_ts, caused, total, store.
    """

    visits: pl.DataFrame
    credited: pl.DataFrame


def account_day(scenario: Scenario, platform: int, seconds: Ints) -> Ints:
    """Day index of instants in the time zone of a platform's ad account."""
    zone = STORES[PLATFORM_STORE[platform]].timezone
    local = pl.Series(seconds * 1_000_000).cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(zone).dt.date()
    days: Ints = (local.cast(pl.Int32).to_numpy().astype(np.int64)) - (scenario.first_day.toordinal() - 719_163)
    return days


def build_journeys(scenario: Scenario, delivery: Delivery, events: Events) -> Journeys:
    """Draws visits for online orders."""
    rng = scenario.rng("journeys")
    orders = events.orders.filter((pl.col("source") == WEB) & ~pl.col("test"))
    n = orders.height
    store, day, ts, caused = (orders[c].to_numpy() for c in ("store", "day", "ts", "campaign"))
    campaign = np.where(caused >= 0, caused, _followed(rng, delivery, store, day, caused))
    leaf = _leaf(rng, delivery, campaign)
    at_once = (rng.random(n) < 0.65) | (day < AD_DAYS + 1)
    delay = np.where(at_once, rng.integers(60, 2400, n), rng.integers(2400, int(6.8 * DAY), n))
    click_ts = ts - delay

    earlier = np.where(day > EARLY_DAYS, np.minimum(rng.geometric(1 - RETURNING_VISIT_RATE, n) - 1, MOST_VISITS - 1), 0)
    of = np.repeat(np.arange(n), earlier)
    early_ts = click_ts[of] - rng.integers(3600, 6 * DAY, len(of))
    by_ad = rng.random(len(of)) < 0.15
    early_leaf = np.where(by_ad, _leaf(rng, delivery, _any_campaign(rng, delivery, store[of], day[of])), -1)
    shares = np.array([o[5] for o in ORGANIC])
    organic, organic_early = (rng.choice(len(ORGANIC), size, p=shares) for size in (n, len(of)))
    order = orders["order"].to_numpy()
    visits = (
        pl.DataFrame(
            {
                "order": np.r_[order[of], order],
                "ts": np.r_[early_ts, np.where(leaf >= 0, click_ts, ts - rng.integers(60, 2400, n))],
                "leaf": np.r_[early_leaf, leaf],
                "organic": np.r_[np.where(early_leaf >= 0, -1, organic_early), np.where(leaf >= 0, -1, organic)],
            }
        )
        .sort("order", "ts", maintain_order=True)
        .with_row_index("visit")
        .with_columns(pl.col("visit").cast(pl.Int64))
    )
    credited = pl.DataFrame(
        {
            "order": order,
            "store": store,
            "leaf": leaf,
            "click_ts": click_ts,
            "order_ts": ts,
            "caused": caused >= 0,
            "total": orders["original_total"].to_numpy(),
        }
    ).filter(pl.col("leaf") >= 0)
    return Journeys(visits, credited)


def _followed(rng: np.random.Generator, delivery: Delivery, store: Ints, day: Ints, caused: Ints) -> Ints:
    """The campaign whose ad an order that would have come anyway was preceded by; -1 for most."""
    result = np.full(len(store), -1, dtype=np.int64)
    days = delivery.followed.shape[1]
    for shop in (0, 1):
        free = np.flatnonzero((store == shop) & (caused < 0))
        campaigns = np.array([i for i, c in enumerate(CAMPAIGNS) if c.store == shop])
        orders = np.bincount(day[free], minlength=days)
        chance = delivery.followed[campaigns] / np.maximum(orders, 1)
        chance *= np.minimum(1, 0.45 / np.maximum(chance.sum(axis=0), 1e-9))
        limits = np.cumsum(chance, axis=0)[:, day[free]]
        number = (rng.random(len(free))[None, :] >= limits).sum(axis=0)
        result[free] = np.where(number < len(campaigns), campaigns[np.minimum(number, len(campaigns) - 1)], -1)
    return result


def _any_campaign(rng: np.random.Generator, delivery: Delivery, store: Ints, day: Ints) -> Ints:
    """Some campaign of the store that ran two days earlier; -1 where the drawn one did not."""
    drawn = np.empty(len(store), dtype=np.int64)
    for shop in (0, 1):
        here = store == shop
        drawn[here] = rng.choice([i for i, c in enumerate(CAMPAIGNS) if c.store == shop], here.sum())
    return np.where(delivery.budget[drawn, np.maximum(day - 2, 0)] > 0, drawn, -1)


def _leaf(rng: np.random.Generator, delivery: Delivery, campaign: Ints) -> Ints:
    """A delivering unit of each campaign in proportion to its share; -1 stays."""
    of_leaf = delivery.leaf_campaign
    share = np.array([leaf.share for leaf in delivery.leaves])
    first = np.searchsorted(of_leaf, np.arange(len(CAMPAIGNS)))
    upto = np.concatenate([[0.0], np.cumsum(share)])
    start = upto[first[np.maximum(campaign, 0)]]
    found = np.searchsorted(upto, start + rng.random(len(campaign)) * 0.999999, side="right") - 1
    return np.where(campaign >= 0, np.clip(found, 0, len(share) - 1), -1)
