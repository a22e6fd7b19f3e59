"""ShopifyQL, as far as it is served: sums of the sessions by day and referrer."""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from demo.vendors.shopify.store import Store

_QUERY = re.compile(
    r"FROM (?P<table>\w+)\s+SHOW (?P<shown>[\w, ]+?)\s+GROUP BY (?P<by>[\w, ]+?)"
    r"\s+SINCE (?P<since>\d{4}-\d\d-\d\d)\s+UNTIL (?P<until>\d{4}-\d\d-\d\d)(?:\s+ORDER BY (?P<order>\w+))?"
)
_METRICS = {
    "sessions": "session_count",
    "online_store_visitors": "visitor_count",
    "sessions_with_cart_additions": "cart_session_count",
    "sessions_that_reached_checkout": "checkout_session_count",
    "sessions_that_completed_checkout": "completed_session_count",
}
"""Columns of the merchant's table by the names of Shopify's metrics."""
_DIMENSIONS = {"day": "date", "referrer_source": "referrer_source"}


def answer(store: Store, query: str) -> dict[str, Any]:
    """What ``shopifyqlQuery`` answers: a table, or why the query could not be read.

    Args:
        store: whose sessions.
        query: in ShopifyQL.
    """
    read = _QUERY.fullmatch(query.strip())
    if read is None or read["table"] != "sessions":
        return _unread(f"Syntax error in {query[:60]!r}")
    shown, by = (re.split(r",\s*", read[part].strip()) for part in ("shown", "by"))
    unknown = [name for name in shown if name not in _METRICS] + [name for name in by if name not in _DIMENSIONS]
    if unknown:
        return _unread(f"Column not found: {unknown[0]}")
    names = [*by, *shown]
    rows = (
        store.scan("store_sessions")
        .filter(pl.col("date").cast(pl.String).is_between(pl.lit(read["since"]), pl.lit(read["until"])))
        .group_by(pl.col(_DIMENSIONS[name]).cast(pl.String).replace("", None).alias(name) for name in by)
        .agg(pl.col(_METRICS[name]).sum().cast(pl.String).alias(name) for name in shown)
        .sort(by)
        .select(names)
        .collect()
    )
    columns = [{"name": name, "displayName": name.replace("_", " ").capitalize()} for name in names]
    return {"parseErrors": [], "tableData": {"columns": columns, "rows": rows.to_dicts()}}


def _unread(said: str) -> dict[str, Any]:
    return {"parseErrors": [said], "tableData": None}
