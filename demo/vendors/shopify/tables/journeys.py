"""Visits before orders, and checkouts that were left."""

from __future__ import annotations

import numpy as np
import polars as pl

from demo.merchant import Merchant
from demo.vendors.shopify.tables.ids import (
    child_ids,
    customer_ids,
    order_ids,
    store_currencies,
    store_ids,
)
from demo.world.ads import CAMPAIGNS, META
from demo.world.catalog import GOODS
from demo.world.journeys import ORGANIC
from demo.world.scenario import NEVER
from demo.world.shoppers import WEB, draw_hours
from demo.world.stores import STORES
from demo.world.values import choose, gids, instants, money, pick
from demo.world.view import View

_MEDIA = {"SEARCH": "cpc", "PERFORMANCE_MAX": "cpc", "SHOPPING": "cpc", "DISPLAY": "display"}
ABANDONED_PER_ORDER = 0.35


def utm_of_leaves(view: View) -> pl.DataFrame:
    """What links of each delivering unit carry: source, medium, campaign, content, term."""
    rows = []
    for leaf in view.world.delivery.leaves:
        campaign = CAMPAIGNS[leaf.campaign]
        meta = campaign.platform == META
        rows.append(
            {
                "source": "facebook" if meta else "google",
                "medium": "paid_social" if meta else _MEDIA[campaign.kind],
                "campaign": campaign.utm_campaign,
                "content": leaf.name.lower().replace(" - ", "_").replace(" ", "_"),
                "term": leaf.name.lower() if campaign.kind == "SEARCH" else None,
            }
        )
    return pl.DataFrame(rows)


def write_journeys(view: View, merchant: Merchant) -> None:
    """Writes the tables."""
    visits = view.visits.join(view.orders.select("order", "store"), on="order", how="left", maintain_order="left")
    leaf, organic = visits["leaf"].to_numpy(), visits["organic"].to_numpy()
    utm = utm_of_leaves(view)
    paid = pl.Series(leaf >= 0)

    def either(ad: pl.Series, other: list[str | None]) -> pl.Series:
        return pl.select(pl.when(paid).then(ad).otherwise(pick(other, organic))).to_series()

    def of_leaf(column: str) -> pl.Series:
        return pick(utm[column].to_list(), leaf)

    site = pick([f"https://www.{s.store_id}.example.com/" for s in STORES], visits["store"].to_numpy())
    campaign = either(of_leaf("campaign"), [None if o[4] is None else "weekly" for o in ORGANIC])
    merchant.write(
        "shopify",
        "customer_journey_moments",
        pl.DataFrame(
            {
                "store_id": store_ids(visits["store"].to_numpy()),
                "order_id": order_ids(visits["order"].to_numpy()),
                "id": child_ids("CustomerVisit", visits["visit"].to_numpy()),
                "occurred_at": instants(visits["ts"].to_numpy()),
                "source": either(pick(["Google", "Facebook"], _is_meta(view, leaf)), [o[0] for o in ORGANIC]),
                "source_type": either(pl.Series(["AD"] * visits.height, dtype=pl.String), [o[1] for o in ORGANIC]),
                "landing_page": pl.select(
                    pl.when(campaign.is_null()).then(site).otherwise(pl.format("{}?utm_campaign={}", site, campaign))
                ).to_series(),
                "referrer_url": either(
                    pick(["https://www.google.com/", "https://www.facebook.com/"], _is_meta(view, leaf)),
                    [o[2] for o in ORGANIC],
                ),
                "utm_source": either(of_leaf("source"), [o[3] for o in ORGANIC]),
                "utm_medium": either(of_leaf("medium"), [o[4] for o in ORGANIC]),
                "utm_campaign": campaign,
                "utm_content": of_leaf("content"),
                "utm_term": of_leaf("term"),
            }
        ),
    )
    _write_abandoned(view, merchant)


def _is_meta(view: View, leaf: np.ndarray) -> np.ndarray:
    meta = np.array([int(CAMPAIGNS[x.campaign].platform == META) for x in view.world.delivery.leaves])
    return np.where(leaf >= 0, meta[np.maximum(leaf, 0)], -1)


def _write_abandoned(view: View, merchant: Merchant) -> None:
    """Checkouts that were begun and left; a tenth of those was completed later."""
    world, scenario = view.world, view.world.scenario
    rng = scenario.rng("abandoned checkouts")
    intensity = world.demand.intensity
    mean = ABANDONED_PER_ORDER * scenario.orders * intensity / intensity.sum()
    counts = rng.poisson(mean)
    store, day = np.nonzero(counts)
    times = counts[store, day]
    store, day = np.repeat(store, times), np.repeat(day, times)
    n = len(store)
    second = draw_hours(rng, np.full(n, WEB))
    ts = scenario.utc(store, day, second)
    units = rng.integers(1, 5, n)
    kinds = np.minimum(units, rng.choice(np.array([1, 2, 3]), n, p=[0.6, 0.28, 0.12]))
    sku = rng.choice(GOODS, n, p=world.catalog.popularity)
    cents = world.prices.price[store, sku, day] * units
    coded = rng.random(n) < 0.1
    discount = np.where(coded, cents // 10, 0)
    rate = np.where(store == 0, 800, 1900)
    net = cents - discount
    tax = np.where(store == 0, net * rate // 10_000, net * rate // (10_000 + rate))
    accounts = world.shoppers.customers.store
    account = (rng.random(n) * len(accounts)).astype(np.int64)
    account = np.where((rng.random(n) < 0.5) & (accounts[account] == store), account, -1)
    completed = np.where(rng.random(n) < 0.1, ts + rng.integers(1800, 86_400, n), NEVER)
    completed = np.where(completed <= view.now, completed, NEVER)
    number = np.arange(n)
    seen = ts <= view.now
    frame = pl.DataFrame(
        {
            "store_id": store_ids(store),
            "id": gids("AbandonedCheckout", 36_000_000_000 + number),
            "name": pl.select(pl.format("#{}", pl.Series(36_000_000_000 + number))).to_series(),
            "customer_id": customer_ids(account),
            "currency_code": store_currencies(scenario, store, ts),
            "line_count": kinds,
            "total_quantity": units,
            "discount_codes": choose([coded], ['["WELCOME10"]'], "[]"),
            "subtotal_price": money(net),
            "total_price": money(net + np.where(store == 0, tax, 0)),
            "total_discounts": money(discount),
            "total_tax": money(tax),
            "created_at": instants(ts),
            "updated_at": instants(np.where(completed < NEVER, completed, np.minimum(ts + 600, view.now))),
            "completed_at": instants(completed),
        }
    )
    merchant.write("shopify", "abandoned_checkouts", frame.filter(pl.Series(seen)))
