"""A merchant with small ad accounts, made by arithmetic: every report, a deleted ad, zero metrics, overlapping actions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl

from demo.merchant import Merchant

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
        [
            {
                "name": "Aurora",
                "currency": "USD",
                "timezone_name": "America/New_York",
                "account_status": "1",
            }
        ],
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
                "lifetime_budget": Decimal(9000),
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
        "meta_ads",
        "ad_insights_age_gender",
        _split(base, {"age": ["18-24", "25-34"], "gender": ["female", "male"]}),
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
    rows = dates.join(
        pl.DataFrame(ads, schema=["campaign_id", "ad_set_id", "ad_id"], orient="row"),
        how="cross",
    )
    number = pl.int_range(pl.len())
    return rows.with_columns(
        account_id=pl.lit(META_ACCOUNT),
        account_currency=pl.lit("USD"),
        attribution_setting=pl.lit("7d_click_1d_view"),
        impressions=1000 + number * 7 % 311,
        reach=800 + number * 5 % 97,
        frequency=1.25 + number % 9 / 1024,
        spend=(number * 37 % 9901).cast(pl.Decimal(18, 6)) / pl.lit(Decimal(100)),
        clicks=number * 3 % 50,
        inline_link_clicks=number % 4,
        outbound_clicks=number % 3,
        video_plays_3s=number % 5 * 10,
    )


def _actions(base: pl.DataFrame) -> pl.DataFrame:
    """Purchases under two names, with every window; zeros are absent."""
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
        pl.col("value") * 49.95,
        field=pl.lit("action_values"),
        action_type=pl.lit("omni_purchase"),
    )
    typed = [p.with_columns(pl.col("value").cast(pl.Decimal(18, 6))) for p in (*parts, money)]
    return pl.concat(typed, how="diagonal").filter(pl.col("value") != 0)


def _split(base: pl.DataFrame, breakdowns: dict[str, list[str]]) -> pl.DataFrame:
    values = pl.DataFrame(breakdowns)
    return base.drop("video_plays_3s").join(values, how="cross").with_columns(video_plays_3s=pl.int_range(pl.len()) % 3)


GOOGLE_CUSTOMER = "4815162342"


def with_google(folder: Path, days: int = 40) -> Merchant:
    """A merchant whose Google account delivered for so many days up to 2026-11-20: Search, Performance Max, a removed campaign."""
    merchant = Merchant(folder)
    names = {
        "descriptive_name": "Aurora",
        "currency_code": "EUR",
        "time_zone": "Europe/Berlin",
        "status": "ENABLED",
    }
    _google(merchant, "customers", [names])
    kinds = {
        "201": ("SEARCH", "ENABLED"),
        "202": ("PERFORMANCE_MAX", "ENABLED"),
        "203": ("SEARCH", "REMOVED"),
    }
    _google(
        merchant,
        "campaigns",
        [
            {
                "id": key,
                "name": f'Kampagne "{key}", ü',
                "status": status,
                "advertising_channel_type": kind,
                "budget_id": f"3{key}",
                "start_date_time": "2026-01-01 00:00:00",
                "end_date_time": None,
            }
            for key, (kind, status) in kinds.items()
        ],
    )
    budget = {
        "amount_micros": 12_500_000,
        "delivery_method": "STANDARD",
        "status": "ENABLED",
    }
    _google(
        merchant,
        "campaign_budgets",
        [{"id": f"3{key}", "name": key} | budget for key in kinds],
    )
    group = {
        "campaign_id": "201",
        "name": "Group",
        "status": "ENABLED",
        "type": "SEARCH_STANDARD",
    }
    _google(
        merchant,
        "ad_groups",
        [{"id": "501"} | group, {"id": "502"} | group | {"status": "REMOVED"}],
    )
    _google(
        merchant,
        "ads",
        [
            {
                "ad_group_id": "501",
                "id": "601",
                "campaign_id": "201",
                "name": None,
                "type": "RESPONSIVE_SEARCH_AD",
                "status": "ENABLED",
                "final_url": "https://shop.example.com/",
                "headlines": '["Stay \\"warm\\"", "Grüße"]',
            },
            {
                "ad_group_id": "501",
                "id": "602",
                "campaign_id": "201",
                "name": "Image",
                "type": "IMAGE_AD",
                "status": "PAUSED",
                "final_url": None,
                "headlines": None,
            },
        ],
    )
    _google(
        merchant,
        "keywords",
        [
            {
                "ad_group_id": "501",
                "criterion_id": key,
                "campaign_id": "201",
                "keyword_text": "winter coat",
                "match_type": match,
                "status": "ENABLED",
                "quality_score": score,
                "cpc_bid_micros": 540_000,
            }
            for key, match, score in (("701", "EXACT", 7), ("702", "PHRASE", None))
        ],
    )
    action = {
        "category": "PURCHASE",
        "status": "ENABLED",
        "type": "WEBPAGE",
        "click_through_lookback_window_days": 30,
    }
    _google(merchant, "conversion_actions", [{"id": "7010", "name": "Purchase"} | action])
    for table, grain in _GOOGLE_GRAINS.items():
        merchant.write("google_ads", table, _google_stats(days, grain))
    return merchant


_DEVICES = {"device": ["MOBILE", "DESKTOP"]}
_GOOGLE_GRAINS: dict[str, dict[str, list[str]]] = {
    "campaign_stats": {
        "campaign_id": ["201", "202", "203"],
        "ad_network_type": ["SEARCH", "CONTENT"],
        **_DEVICES,
    },
    "ad_group_stats": {
        "campaign_id": ["201"],
        "ad_group_id": ["501", "502"],
        **_DEVICES,
    },
    "ad_stats": {
        "campaign_id": ["201"],
        "ad_group_id": ["501"],
        "ad_id": ["601", "602"],
        **_DEVICES,
    },
    "keyword_stats": {
        "campaign_id": ["201"],
        "ad_group_id": ["501"],
        "criterion_id": ["701", "702"],
        **_DEVICES,
    },
    "search_term_stats": {
        "campaign_id": ["201"],
        "ad_group_id": ["501"],
        "search_term": ['coat "xl"', "mäntel"],
    },
    "geo_stats": {
        "campaign_id": ["201", "202"],
        "country_criterion_id": ["2276", "2040"],
        "location_type": ["LOCATION_OF_PRESENCE"],
    },
    "campaign_conversions": {
        "campaign_id": ["201", "202"],
        "conversion_action": [f"customers/{GOOGLE_CUSTOMER}/conversionActions/7010"],
        "conversion_action_name": ["Purchase"],
    },
    "click_view": {
        "campaign_id": ["201"],
        "ad_group_id": ["501"],
        "device": ["MOBILE"],
        "gclid": ["g1", "g2"],
    },
}


def _google(merchant: Merchant, table: str, rows: list[dict[str, object]]) -> None:
    frame = pl.DataFrame(
        [{"customer_id": GOOGLE_CUSTOMER} | row for row in rows],
        infer_schema_length=None,
    )
    merchant.write("google_ads", table, frame)


def _google_stats(days: int, grain: dict[str, list[str]]) -> pl.DataFrame:
    rows = pl.DataFrame({"date": [LAST_DAY - timedelta(days=d) for d in range(days)]})
    for name, values in grain.items():
        rows = rows.join(pl.DataFrame({name: values}), how="cross")
    rows = rows.with_columns(customer_id=pl.lit(GOOGLE_CUSTOMER))
    number = pl.int_range(pl.len())
    if "gclid" in grain:
        return rows.with_columns(gclid=pl.col("gclid") + pl.col("date").cast(pl.String))
    money = {"conversions": number % 5 / 3, "conversions_value": number % 7 * 19.99}
    totals = money | {
        "all_conversions": number % 5 / 2,
        "all_conversions_value": number % 9 * 21.5,
    }
    if "conversion_action" in grain:
        by_date = {
            "conversions_by_conversion_date": number % 2 * 0.5,
            "conversions_value_by_conversion_date": number % 3,
        }
        return rows.with_columns(**totals, **by_date)
    counts = {
        "impressions": number * 7 % 311,
        "clicks": number % 13,
        "cost_micros": number * 370_001 % 90_000_000,
        "view_through_conversions": number % 2,
    }
    extra: dict[str, pl.Expr] = {}
    if "ad_network_type" in grain:
        share = pl.when(number % 4 > 0).then(number % 100 / 100)
        extra = {
            "video_trueview_views": number % 3,
            "engagements": number % 2,
            "search_impression_share": share,
        }
    if "search_term" in grain:
        extra = {"status": pl.lit("ADDED")}
    return rows.with_columns(**counts, **totals, **extra)
