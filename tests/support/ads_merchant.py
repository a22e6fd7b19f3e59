"""A merchant with small ad accounts, made by arithmetic: every report, a deleted ad, zero metrics, overlapping actions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl

from ingestion.demo.merchant import Merchant

META_ACCOUNT = "1001"
LAST_DAY = date(2026, 11, 20)
AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)


def with_meta(folder: Path, days: int = 70) -> Merchant:
    """A merchant whose Meta account delivered for so many days up to 2026-11-20."""
    merchant = Merchant(folder)
    created = datetime(2026, 1, 5, 15, 30, 12, tzinfo=UTC)
    touched = {"created_time": created, "updated_time": created + timedelta(days=100)}
    _write(
        merchant,
        "ad_accounts",
        [{"name": "Aurora", "currency": "USD", "timezone_name": "America/New_York", "account_status": "1"}],
    )
    _write(
        merchant,
        "campaigns",
        [
            {
                "id": str(n),
                "name": f'Campaign "{n}", é',
                "status": "DELETED" if n == 12 else "ACTIVE",
                "effective_status": "DELETED" if n == 12 else "ACTIVE",
                "objective": "OUTCOME_SALES",
                "daily_budget": Decimal("125.50"),
                "start_time": created,
            }
            | touched
            for n in (11, 12)
        ],
    )
    _write(
        merchant,
        "ad_sets",
        [
            {
                "id": str(n * 10),
                "campaign_id": str(n),
                "name": f"Ad set {n}",
                "status": "ACTIVE",
                "effective_status": "CAMPAIGN_PAUSED",
                "optimization_goal": "OFFSITE_CONVERSIONS",
                "lifetime_budget": Decimal("9000"),
            }
            | touched
            for n in (11, 12)
        ],
    )
    _write(
        merchant,
        "ads",
        [
            {
                "id": str(n * 100 + k),
                "ad_set_id": str(n * 10),
                "campaign_id": str(n),
                "creative_id": None if k == 2 else f"7{k}",
                "name": f"Ad {n}-{k}",
                "status": "ACTIVE",
                "effective_status": "ARCHIVED" if k == 2 else "ACTIVE",
            }
            | touched
            for n in (11, 12)
            for k in (1, 2, 3)
        ],
    )
    _write(
        merchant,
        "creatives",
        [
            {
                "id": f"7{k}",
                "name": "c",
                "title": "Winter, now",
                "body": 'Save "10 %",}',
                "object_type": "VIDEO",
                "call_to_action_type": "SHOP_NOW",
                "url_tags": "utm_source=meta&utm_campaign=x",
            }
            for k in (1, 3)
        ],
    )
    base = _insights(days)
    merchant.write("meta_ads", "ad_insights", base)
    merchant.write("meta_ads", "ad_insight_actions", _actions(base))
    merchant.write(
        "meta_ads", "ad_insights_age_gender", _split(base, {"age": ["18-24", "25-34"], "gender": ["female", "male"]})
    )
    merchant.write("meta_ads", "ad_insights_country", _split(base, {"country": ["US", "CA"]}))
    placements = {
        "publisher_platform": ["facebook", "instagram"],
        "platform_position": ["feed", "story"],
        "impression_device": ["iphone", "desktop"],
    }
    merchant.write("meta_ads", "ad_insights_placement", _split(base, placements))
    return merchant


def _write(merchant: Merchant, table: str, rows: list[dict[str, object]]) -> None:
    frame = pl.DataFrame([{"account_id": META_ACCOUNT} | row for row in rows], infer_schema_length=None)
    merchant.write("meta_ads", table, frame)


def _insights(days: int) -> pl.DataFrame:
    ads = [(str(n), str(n * 10), str(n * 100 + k)) for n in (11, 12) for k in (1, 2, 3)]
    dates = pl.DataFrame({"date_start": [LAST_DAY - timedelta(days=d) for d in range(days)]})
    rows = dates.join(pl.DataFrame(ads, schema=["campaign_id", "ad_set_id", "ad_id"], orient="row"), how="cross")
    number = pl.int_range(pl.len())
    return rows.with_columns(
        account_id=pl.lit(META_ACCOUNT),
        account_currency=pl.lit("USD"),
        attribution_setting=pl.lit("7d_click_1d_view"),
        impressions=1000 + number * 7 % 311,
        reach=800 + number * 5 % 97,
        frequency=1.25 + number % 9 / 1024,
        spend=(number * 37 % 9901).cast(pl.Decimal(24, 6)) / pl.lit(Decimal(100)),
        clicks=number * 3 % 50,
        inline_link_clicks=number % 4,
        outbound_clicks=number % 3,
        video_plays_3s=number % 5 * 10,
    )


def _actions(base: pl.DataFrame) -> pl.DataFrame:
    """Purchases under two names, with every window, and the video plays; zeros are absent."""
    key = ["account_id", "date_start", "ad_id"]
    number = pl.int_range(pl.len())
    windows = {
        "value": number % 7,
        "1d_click": number % 3,
        "7d_click": number % 6,
        "28d_click": number % 7,
        "1d_view": number % 2,
    }
    counted = (
        base.select(*key, **windows)
        .unpivot(index=key, variable_name="attribution_window", value_name="amount")
        .rename({"amount": "value"})
    )
    parts = [
        counted.with_columns(field=pl.lit("actions"), action_type=pl.lit(t)) for t in ("purchase", "omni_purchase")
    ]
    money = counted.with_columns(
        pl.col("value") * 49.95, field=pl.lit("action_values"), action_type=pl.lit("omni_purchase")
    )
    plays = base.select(*key, value="video_plays_3s").with_columns(
        attribution_window=pl.lit("value"), field=pl.lit("actions"), action_type=pl.lit("video_view")
    )
    typed = [p.with_columns(pl.col("value").cast(pl.Decimal(24, 6))) for p in (*parts, money, plays)]
    return pl.concat(typed, how="diagonal").filter(pl.col("value") != 0)


def _split(base: pl.DataFrame, breakdowns: dict[str, list[str]]) -> pl.DataFrame:
    values = pl.DataFrame(breakdowns)
    return base.drop("video_plays_3s").join(values, how="cross").with_columns(video_plays_3s=pl.int_range(pl.len()) % 3)
