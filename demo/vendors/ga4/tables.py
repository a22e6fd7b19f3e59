"""Google Analytics' tables: a property per store, in its time zone and currency.

Sessions after ad clicks come from the clicks that the platforms bill, those of other channels from demand, and sales
from the orders that followed a visit; what visitors did not consent to is missing, as it is in a real property.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from demo.merchant import Merchant
from demo.vendors.ad_delivery import dates_of, elapsed
from demo.vendors.shopify.tables.journeys import utm_of_leaves
from demo.world.ads import CAMPAIGNS, META
from demo.world.journeys import ORGANIC
from demo.world.scenario import Ints, Scenario
from demo.world.stores import STORES
from demo.world.values import decimals, split
from demo.world.view import View
from shophouse.tables import MONEY

NAME = "ga4"
PROPERTIES = ("310000001", "310000002")
"""By store."""
CONSENT = 0.9
"""Share of visits and purchases that the tag may see."""
_SESSIONS_PER_CLICK = 0.85
_SESSIONS_PER_ORDER = 36
_PAID = {"SEARCH": "Paid Search", "PERFORMANCE_MAX": "Cross-network", "SHOPPING": "Paid Shopping", "DISPLAY": "Display"}
_UNPAID = (
    # channel, source, medium, campaign: in the order of the world's organic visits
    ("Organic Search", "google", "organic", "(organic)"),
    ("Direct", "(direct)", "(none)", "(direct)"),
    ("Email", "newsletter", "email", "weekly"),
    ("Organic Social", "instagram.com", "referral", "(referral)"),
    ("Referral", "blog.example.com", "referral", "(referral)"),
)
_PAGES = (
    # page, share of the sessions, engaged of a hundred sessions
    ("/", 47, 62),
    ("/collections/new", 30, 57),
    ("/products/best-seller", 20, 66),
    ("(not set)", 3, 20),
)
_SIGNALS_DAYS = 90
_FEW_USERS = 3
_EVENTS = (
    ("session_start", 100),
    ("page_view", 420),
    ("view_item", 190),
    ("add_to_cart", 12),
    ("begin_checkout", 6),
)
"""Events a hundred sessions, purchases aside."""


def write(view: View, merchant: Merchant) -> None:
    """Writes the tables."""
    zones = {"time_zone": [s.timezone for s in STORES], "currency_code": [s.currency for s in STORES]}
    merchant.write(NAME, "properties", pl.DataFrame({"property_id": PROPERTIES} | zones))
    traffic = traffic_of(view)
    named = {
        "channel": "session_default_channel_group",
        "source": "session_source",
        "medium": "session_medium",
        "campaign": "session_campaign_name",
    }
    _write(
        merchant,
        "traffic",
        traffic.rename(named).with_columns(new_users=pl.col("sessions") // 2, key_events=pl.col("ecommerce_purchases")),
    )
    _write(merchant, "landing_pages", _landing_pages(traffic))
    _write(merchant, "events", _events(traffic))
    _write(
        merchant,
        "visitors",
        traffic.group_by("property_id", "date", maintain_order=True)
        .agg(pl.col("sessions").sum())
        .with_columns(
            total_users=_people("sessions"),
            active_users=pl.col("sessions") * 3 // 5,
            new_users=pl.col("sessions") // 2,
        ),
    )


def _write(merchant: Merchant, table: str, frame: pl.DataFrame) -> None:
    """With Google signals on, as in the second property's first days, rows of few users are not told."""
    with_signals = pl.col("date") < pl.col("date").min() + pl.duration(days=_SIGNALS_DAYS)
    flags = {"is_sampled": pl.lit(False), "has_other_row": pl.lit(False)}
    told = frame.with_columns(is_thresholded=(pl.col("property_id") == PROPERTIES[1]) & with_signals, **flags)
    merchant.write(NAME, table, told.filter(~pl.col("is_thresholded") | (pl.col("total_users") >= _FEW_USERS)))


def _people(sessions: str) -> pl.Expr:
    """Somebody comes twice, so there are fewer people than sessions."""
    return (pl.col(sessions) * 17 + 19) // 20


def traffic_of(view: View) -> pl.DataFrame:
    """Sessions and sales by day and where the visit came from; only what is measured."""
    scenario = view.world.scenario
    sessions = pl.concat([_paid_sessions(view), _unpaid_sessions(view)], how="diagonal")
    parts = pl.concat([sessions, _sales(view)], how="diagonal").with_columns(pl.col("^_.*$").fill_null(0))
    summed = parts.group_by("store", "day", "channel", "source", "medium", "campaign").agg(pl.col("^_.*$").sum())
    # A visit that ends in a purchase is a session too.
    counted = summed.with_columns(sessions=pl.col("_sessions") + pl.col("_purchases")).filter(pl.col("sessions") > 0)
    today, _ = elapsed(view, META)
    seen = counted.filter(pl.col("day").is_between(0, min(today, scenario.days - 1)))
    seen = seen.sort("store", "day", "channel", "source", "medium", "campaign")
    return seen.select(
        "channel",
        "source",
        "medium",
        "campaign",
        "sessions",
        property_id=pl.col("store").replace_strict(dict(enumerate(PROPERTIES)), return_dtype=pl.String),
        date=dates_of(view, seen["day"]),
        engaged_sessions=pl.col("sessions") * 3 // 5,
        total_users=_people("sessions"),
        ecommerce_purchases="_purchases",
        purchase_revenue=decimals(seen["_cents"].to_numpy() * 10_000, MONEY),
    )


def _paid_sessions(view: View) -> pl.DataFrame:
    scenario, delivery = view.world.scenario, view.world.delivery
    rng = scenario.rng("ga4 paid sessions")
    clicks = rng.binomial(delivery.clicks, _SESSIONS_PER_CLICK * CONSENT)
    leaf, day = np.nonzero(clicks)
    stores = np.array([CAMPAIGNS[x.campaign].store for x in delivery.leaves])
    where = _of_leaves(view)[leaf]
    return where.with_columns(
        store=pl.Series(stores[leaf]), day=pl.Series(day), _sessions=pl.Series(clicks[leaf, day].astype(np.int64))
    )


def _of_leaves(view: View) -> pl.DataFrame:
    kinds = [CAMPAIGNS[x.campaign] for x in view.world.delivery.leaves]
    channel = pl.Series([_PAID.get(campaign.kind, "Paid Social") for campaign in kinds])
    return utm_of_leaves(view).select("source", "medium", "campaign").with_columns(channel=channel)


def _unpaid_sessions(view: View) -> pl.DataFrame:
    scenario = view.world.scenario
    rng = scenario.rng("ga4 unpaid sessions")
    weights = np.array([o[5] for o in ORGANIC])
    sessions = rng.poisson(_expected(scenario, view.world.demand.intensity)[:, None, :] * weights[None, :, None])
    store, origin, day = np.nonzero(sessions)
    return _unpaid(origin).with_columns(
        store=pl.Series(store), day=pl.Series(day), _sessions=pl.Series(sessions[store, origin, day].astype(np.int64))
    )


def _expected(scenario: Scenario, intensity: np.ndarray) -> np.ndarray:
    """Sessions of all unpaid channels by store and day."""
    expected: np.ndarray = CONSENT * _SESSIONS_PER_ORDER * scenario.orders * intensity / intensity.sum()
    return expected


def _unpaid(origin: Ints) -> pl.DataFrame:
    return pl.DataFrame(_UNPAID, schema=["channel", "source", "medium", "campaign"], orient="row")[origin]


def _sales(view: View) -> pl.DataFrame:
    """Purchases that the tag saw, by the last visit before them."""
    world = view.world
    orders = world.events.orders.select("order", "store", "day", "original_total")
    seen = pl.Series(world.scenario.rng("ga4 consent").random(orders.height) < CONSENT)
    last = view.visits.group_by("order", maintain_order=True).last()
    found = last.join(orders.filter(seen), on="order", how="inner", maintain_order="left")
    leaf, organic = found["leaf"].to_numpy(), found["organic"].to_numpy()
    paid = _of_leaves(view)[np.maximum(leaf, 0)]
    unpaid = _unpaid(np.maximum(organic, 0))
    is_paid = pl.Series(leaf >= 0)
    where = pl.select(
        pl.when(is_paid).then(paid[name]).otherwise(unpaid[name]).alias(name)
        for name in ("source", "medium", "campaign", "channel")
    )
    return where.with_columns(
        found["store"], found["day"], _purchases=pl.lit(1, pl.Int64), _cents=found["original_total"].cast(pl.Int64)
    )


def _landing_pages(traffic: pl.DataFrame) -> pl.DataFrame:
    keys = ("property_id", "date", "channel")
    by_channel = traffic.group_by(keys, maintain_order=True).agg(
        pl.col("sessions", "ecommerce_purchases", "purchase_revenue").sum()
    )
    pages = pl.DataFrame(_PAGES, schema=["landing_page", "weight", "engaged"], orient="row")
    crossed = by_channel.with_row_index("group").join(pages, how="cross", maintain_order="left_right")
    group, weight = crossed["group"].to_numpy().astype(np.int64), crossed["weight"].to_numpy()
    cents = (crossed["purchase_revenue"] * 100).cast(pl.Int64).to_numpy()
    measures = {name: crossed[name].to_numpy() for name in ("sessions", "ecommerce_purchases")} | {"cents": cents}
    parts = {name: split(values, weight, group) for name, values in measures.items()}
    return (
        crossed.select(
            "property_id",
            "date",
            "landing_page",
            "engaged",
            session_default_channel_group="channel",
            sessions=pl.Series(parts["sessions"]),
            ecommerce_purchases=pl.Series(parts["ecommerce_purchases"]),
            purchase_revenue=decimals(parts["cents"] * 10_000, MONEY),
        )
        .filter(pl.col("sessions") > 0)
        .with_columns(engaged_sessions=pl.col("sessions") * pl.col("engaged") // 100, total_users=_people("sessions"))
        .drop("engaged")
    )


def _events(traffic: pl.DataFrame) -> pl.DataFrame:
    by_day = traffic.group_by("property_id", "date", maintain_order=True).agg(
        pl.col("sessions", "ecommerce_purchases", "purchase_revenue").sum()
    )
    steps = [
        by_day.select(
            "property_id",
            "date",
            event_name=pl.lit(name),
            event_count=pl.col("sessions") * of_hundred // 100,
            event_value=pl.lit(0.0),
        )
        for name, of_hundred in _EVENTS
    ]
    purchases = by_day.select(
        "property_id",
        "date",
        event_name=pl.lit("purchase"),
        event_count=pl.col("ecommerce_purchases"),
        event_value=pl.col("purchase_revenue").cast(pl.Float64),
    )
    counted = pl.concat([*steps, purchases]).filter(pl.col("event_count") > 0)
    return counted.with_columns(total_users=_people("event_count"))
