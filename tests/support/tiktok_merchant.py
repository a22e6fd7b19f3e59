"""A merchant with a small TikTok account, made by arithmetic: two campaigns, one of them deleted, six ads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from demo.merchant import Merchant
from tests.support.ads_merchant import LAST_DAY

ADVERTISER = "7001"
NAME = "tiktok_ads"
_CREATED = datetime(2026, 1, 5, 15, 30, 12, tzinfo=UTC)


def with_tiktok(folder: Path, days: int = 70) -> Merchant:
    """A merchant whose account delivered for so many days up to 2026-11-20."""
    merchant = Merchant(folder)
    zones = {"timezone": "Etc/GMT+5", "display_timezone": "America/New_York"}
    merchant.write(NAME, "advertisers", _frame([{"name": "Aurora", "currency": "USD"} | zones]))
    merchant.write(
        NAME,
        "campaigns",
        _frame([_of(n, "CAMPAIGN") | {"campaign_name": f'C "{n}", é', "budget": Decimal("125.5")} for n in (1, 2)]),
    )
    merchant.write(
        NAME,
        "ad_groups",
        _frame([_of(n, "ADGROUP") | {"adgroup_id": f"{n}0", "schedule_start_time": _CREATED} for n in (1, 2)]),
    )
    ads = [(n, k) for n in (1, 2) for k in (1, 2, 3)]
    merchant.write(
        NAME,
        "ads",
        _frame([_of(n, "AD") | {"adgroup_id": f"{n}0", "ad_id": f"{n}{k}", "ad_name": "Ad"} for n, k in ads]),
    )
    merchant.write(NAME, "ad_reports", _frame([_day(n, k, back) for n, k in ads for back in range(days)]))
    return merchant


def _of(campaign: int, kind: str) -> dict[str, Any]:
    state = f"{kind}_STATUS_{'DELETE' if campaign == 2 else 'DELIVERY_OK'}"
    return {"campaign_id": str(campaign), "secondary_status": state, "create_time": _CREATED}


def _day(campaign: int, ad: int, back: int) -> dict[str, Any]:
    return {
        "stat_time_day": LAST_DAY - timedelta(days=back),
        "campaign_id": str(campaign),
        "adgroup_id": f"{campaign}0",
        "ad_id": f"{campaign}{ad}",
        "currency": "USD",
        "spend": Decimal(1000 + back * ad) / 100,
        "impressions": 400 + back,
        "reach": 300 + back,
        "clicks": 7 * ad,
        "video_play_actions": 350,
        "video_watched_2s": 90,
        "conversion": ad - 1,
        "complete_payment": ad - 1,
        "total_complete_payment_rate": Decimal("110.25") * (ad - 1),
        "web_event_add_to_cart": ad,
    }


def _frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows).with_columns(advertiser_id=pl.lit(ADVERTISER))
