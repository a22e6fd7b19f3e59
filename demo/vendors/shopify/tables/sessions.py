"""Sessions of the online store as Shopify's own analytics counts them."""

from __future__ import annotations

import polars as pl

from demo.merchant import Merchant
from demo.vendors.ga4.tables import CONSENT, PROPERTIES, traffic_of
from demo.vendors.shopify.tables.ids import store_ids
from demo.world.view import View

_REFERRERS = {
    "Organic Search": "search",
    "Paid Search": "search",
    "Paid Shopping": "search",
    "Cross-network": "search",
    "Organic Social": "social",
    "Paid Social": "social",
    "Email": "email",
    "Direct": "direct",
}
"""Shopify's referrer source of a channel; an advertisement is what its platform is, and the rest is unknown."""
_CART, _CHECKOUT = 12, 6
"""Of a hundred sessions, those with something in the cart and those at the checkout, orders aside."""


def write_sessions(view: View, merchant: Merchant) -> None:
    """Writes the table: every session, those included whose visitors keep a tag from seeing them."""
    seen = traffic_of(view).with_columns(
        store=pl.col("property_id").replace_strict(PROPERTIES, [0, 1], return_dtype=pl.Int64),
        referrer_source=pl.col("channel").replace_strict(_REFERRERS, default=""),
    )
    days = (
        seen.group_by("store", "date", "referrer_source")
        .agg(pl.col("sessions", "ecommerce_purchases").sum())
        .sort("store", "date", "referrer_source")
        .with_columns(
            session_count=(pl.col("sessions") / CONSENT).round().cast(pl.Int64),
            completed_session_count=(pl.col("ecommerce_purchases") / CONSENT).round().cast(pl.Int64),
        )
    )
    browsed = pl.col("session_count") - pl.col("completed_session_count")
    merchant.write(
        "shopify",
        "store_sessions",
        days.select(
            "date",
            "referrer_source",
            "session_count",
            "completed_session_count",
            store_id=store_ids(days["store"].to_numpy()),
            visitor_count=(pl.col("session_count") * 17 + 19) // 20,
            cart_session_count=pl.col("completed_session_count") + browsed * _CART // 100,
            checkout_session_count=pl.col("completed_session_count") + browsed * _CHECKOUT // 100,
        ),
    )
