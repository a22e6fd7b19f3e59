"""A merchant with a small Google Analytics property, made by arithmetic."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from demo.merchant import Merchant
from tests.support.ads_merchant import LAST_DAY

PROPERTY = "310"
NAME = "ga4"
_CHANNELS = (("Direct", "(direct)", "(none)", "(direct)"), ("Paid Search", "google", "cpc", "brand"))


def with_ga4(folder: Path, days: int = 70) -> Merchant:
    """A merchant whose property was visited for so many days up to 2026-11-20."""
    merchant = Merchant(folder)
    merchant.write(NAME, "properties", _frame([{"time_zone": "America/New_York", "currency_code": "USD"}]))
    dates = [LAST_DAY - timedelta(days=back) for back in range(days)]
    sessions = {"sessions": 40, "engaged_sessions": 21, "total_users": 33}
    sales = {"ecommerce_purchases": 2, "purchase_revenue": Decimal("219.9")}
    merchant.write(
        NAME,
        "traffic",
        _report(
            {"date": date, "session_default_channel_group": channel, "session_source": source}
            | {"session_medium": medium, "session_campaign_name": campaign, "new_users": 9, "key_events": 2}
            | sessions
            | sales
            for date in dates
            for channel, source, medium, campaign in _CHANNELS
        ),
    )
    merchant.write(
        NAME,
        "landing_pages",
        _report(
            {"date": date, "session_default_channel_group": channel, "landing_page": page} | sessions | sales
            for date in dates
            for channel, *_ in _CHANNELS
            for page in ("/", "(not set)")
        ),
    )
    merchant.write(
        NAME,
        "events",
        _report(
            {"date": date, "event_name": "purchase", "event_count": 4, "total_users": 4, "event_value": 439.8}
            for date in dates
        ),
    )
    visitors = {"sessions": 80, "total_users": 60, "active_users": 41, "new_users": 18}
    merchant.write(NAME, "visitors", _report({"date": date} | visitors for date in dates))
    return merchant


def _report(rows: Any) -> pl.DataFrame:
    flags = dict.fromkeys(("is_thresholded", "is_sampled", "has_other_row"), False)
    return _frame([row | flags for row in rows])


def _frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows).with_columns(property_id=pl.lit(PROPERTY))
