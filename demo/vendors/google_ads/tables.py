"""Google Ads' tables. The account reports in euros and Berlin time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta

import numpy as np
import polars as pl

from demo.merchant import Merchant
from demo.vendors.ad_delivery import (
    break_down,
    claimed_views,
    credited_orders,
    dates_of,
    delivered,
    elapsed,
    platform_currency,
    platform_zone,
)
from demo.world.ads import CAMPAIGNS, GOOGLE, META, Leaf
from demo.world.values import choose, pick
from demo.world.view import View

CUSTOMER = "4815162342"
CLOSED_CUSTOMER = "4815160023"
"""The account of the agency that ran the ads before: closed, and no report of it can be had any more."""
_CAMPAIGN, _BUDGET, _GROUP, _AD, _KEYWORD, _ACTION = 20_100, 30_100, 150_000_000, 690_000_000, 310_000_000, 7_010
_DEVICES = (("MOBILE", 0.63), ("DESKTOP", 0.32), ("TABLET", 0.05))
_NETWORKS = {
    "SEARCH": (("SEARCH", 1.0),),
    "SHOPPING": (("SEARCH", 1.0),),
    "DISPLAY": (("CONTENT", 1.0),),
    "PERFORMANCE_MAX": (("SEARCH", 0.5), ("CONTENT", 0.3), ("YOUTUBE", 0.2)),
}
_GROUP_TYPE = {"SEARCH": "SEARCH_STANDARD", "SHOPPING": "SHOPPING_PRODUCT_ADS", "DISPLAY": "DISPLAY_STANDARD"}
_AD_TYPE = {"SEARCH": "RESPONSIVE_SEARCH_AD", "SHOPPING": "SHOPPING_PRODUCT_AD", "DISPLAY": "RESPONSIVE_DISPLAY_AD"}
_MEASURES = ("impressions", "clicks", "spend", "conversions", "value", "all_conversions", "all_value", "views")
"""Spend and values in cents, conversions in hundredths: integers, so that breakdowns add up exactly."""
_CONVERSIONS = (
    "conversions",
    "conversions_value",
    "all_conversions",
    "all_conversions_value",
    "conversions_by_conversion_date",
    "conversions_value_by_conversion_date",
)
_KINDS = np.array([c.kind for c in CAMPAIGNS])
_COUNTRIES = ((("2840", 0.96), ("2124", 0.04)), (("2276", 0.55), ("2250", 0.2), ("2528", 0.15), ("2040", 0.1)))
_TERMS = ("{} sale", "best {}", "{} online", "buy {}", "{} reviews", "{} near me")
ACTIONS = (
    ("Purchase", "PURCHASE", "WEBPAGE"),
    ("Purchase (GA4 import)", "PURCHASE", "GOOGLE_ANALYTICS_4_PURCHASE"),
    ("Add to cart", "ADD_TO_CART", "WEBPAGE"),
)
_CREDIT = (100, 100, 60, 35)
"""Data-driven credit of an order after a click, in hundredths: other touches get the rest."""


def _leaves(view: View) -> list[tuple[int, Leaf]]:
    return [(i, x) for i, x in enumerate(view.world.delivery.leaves) if CAMPAIGNS[x.campaign].platform == GOOGLE]


def _groups(view: View) -> list[tuple[int, Leaf]]:
    """Ad groups: Performance Max has none."""
    return [(i, x) for i, x in _leaves(view) if CAMPAIGNS[x.campaign].kind != "PERFORMANCE_MAX"]


def _keywords(leaf: Leaf) -> list[tuple[str, str]]:
    """Keyword texts and match types of a search ad group."""
    words = leaf.name.lower()
    return [(words, "EXACT"), (f"{words} sale", "PHRASE"), (f"best {words}", "BROAD")]


def write(view: View, merchant: Merchant) -> None:
    """Writes the tables."""
    _write_entities(view, merchant)
    rng = view.world.scenario.rng
    base = break_down(
        rng("google device"), _base(view), [{"device": d} for d, _ in _DEVICES], [w for _, w in _DEVICES], _MEASURES
    )
    campaign = base.group_by("campaign", "day", "device", maintain_order=True).agg(pl.col(m).sum() for m in _MEASURES)
    grouped = base.filter(pl.Series(_KINDS[base["campaign"].to_numpy()] != "PERFORMANCE_MAX"))
    searched = grouped.filter(pl.Series(_KINDS[grouped["campaign"].to_numpy()] == "SEARCH"))
    _write_campaign_stats(view, merchant, campaign)
    _write_group_stats(view, merchant, grouped)
    _write_ad_stats(view, merchant, grouped)
    _write_keyword_stats(view, merchant, searched)
    _write_terms(view, merchant, searched)
    _write_geo(view, merchant, campaign)
    _write_conversions(view, merchant, campaign)
    _write_clicks(view, merchant)


def _write_campaign_stats(view: View, merchant: Merchant, campaign: pl.DataFrame) -> None:
    stats = _by_network(view, campaign)
    youtube = (stats["ad_network_type"] == "YOUTUBE").to_numpy()
    search = (stats["ad_network_type"] == "SEARCH").to_numpy()
    impressions = stats["impressions"].to_numpy()
    share = np.where(
        search,
        np.round(0.35 + 0.4 * ((stats["day"].to_numpy() * 37 + stats["campaign"].to_numpy() * 11) % 100) / 100, 4),
        np.nan,
    )
    grain = {
        "device": stats["device"],
        "ad_network_type": stats["ad_network_type"],
        "video_trueview_views": np.where(youtube, impressions // 4, 0),
        "engagements": np.where(youtube, impressions // 3, 0),
        "search_impression_share": pl.Series(share).fill_nan(None),
    }
    _write_stats(view, merchant, "campaign_stats", stats, grain)


def _by_network(view: View, campaign: pl.DataFrame) -> pl.DataFrame:
    parts = [
        break_down(
            view.world.scenario.rng(f"google network {kind}"),
            campaign.filter(pl.Series(_KINDS[campaign["campaign"].to_numpy()] == kind)),
            [{"ad_network_type": n} for n, _ in networks],
            [w for _, w in networks],
            _MEASURES,
        )
        for kind, networks in _NETWORKS.items()
    ]
    return pl.concat(parts).sort("day", "campaign", "device", "ad_network_type")


def _write_group_stats(view: View, merchant: Merchant, grouped: pl.DataFrame) -> None:
    grain = {"ad_group_id": _group_ids(grouped), "device": grouped["device"]}
    _write_stats(view, merchant, "ad_group_stats", grouped, grain)


def _write_ad_stats(view: View, merchant: Merchant, grouped: pl.DataFrame) -> None:
    rng = view.world.scenario.rng("google ads")
    ads = break_down(rng, grouped, [{"number": "0"}, {"number": "1"}], [0.6, 0.4], _MEASURES)
    grain = {
        "ad_group_id": _group_ids(ads),
        "ad_id": (ads["leaf"] * 10 + ads["number"].cast(pl.Int64) + _AD).cast(pl.String),
        "device": ads["device"],
    }
    _write_stats(view, merchant, "ad_stats", ads, grain)


def _write_keyword_stats(view: View, merchant: Merchant, searched: pl.DataFrame) -> None:
    rng = view.world.scenario.rng("google keywords")
    words = break_down(rng, searched, [{"number": str(k)} for k in range(3)], [0.5, 0.3, 0.2], _MEASURES)
    grain = {
        "ad_group_id": _group_ids(words),
        "criterion_id": (words["leaf"] * 10 + words["number"].cast(pl.Int64) + _KEYWORD).cast(pl.String),
        "device": words["device"],
    }
    _write_stats(view, merchant, "keyword_stats", words, grain)


def _group_ids(rows: pl.DataFrame) -> pl.Series:
    return (rows["leaf"] + _GROUP).cast(pl.String)


def _base(view: View) -> pl.DataFrame:
    """Delivery by leaf and day with claimed conversions of the click's date."""
    rows = delivered(view, GOOGLE)
    credited = credited_orders(view, GOOGLE)
    credit = np.array(_CREDIT)[credited["order"].to_numpy() % len(_CREDIT)]
    clicked = (
        credited.with_columns(credit=credit, worth=credited["value"].to_numpy() * credit // 100)
        .group_by("leaf", "day")
        .agg(conversions=pl.col("credit").sum(), value=pl.col("worth").sum())
    )
    viewed = claimed_views(view, GOOGLE).select("leaf", "day", views="claims")
    joined = rows.join(clicked, on=["leaf", "day"], how="left", maintain_order="left").join(
        viewed, on=["leaf", "day"], how="left", maintain_order="left"
    )
    return joined.with_columns(pl.col("conversions", "value", "views").fill_null(0)).with_columns(
        pl.col("views").cast(pl.Int64),
        all_conversions=pl.col("conversions") * 2 + pl.col("clicks") // 8 * 100,
        all_value=pl.col("value") * 2,
    )


def _write_stats(view: View, merchant: Merchant, table: str, rows: pl.DataFrame, grain: Mapping[str, object]) -> None:
    merchant.write(
        "google_ads",
        table,
        pl.DataFrame(
            {
                "customer_id": [CUSTOMER] * rows.height,
                "date": dates_of(view, rows["day"]),
                "campaign_id": (rows["campaign"] + _CAMPAIGN).cast(pl.String),
                **grain,
                "impressions": rows["impressions"],
                "clicks": rows["clicks"],
                "cost_micros": rows["spend"] * 10_000,
                "conversions": rows["conversions"] / 100,
                "conversions_value": rows["value"] / 100,
                "all_conversions": rows["all_conversions"] / 100,
                "all_conversions_value": rows["all_value"] / 100,
                "view_through_conversions": rows["views"],
            }
        ),
    )


def _write_terms(view: View, merchant: Merchant, searched: pl.DataFrame) -> None:
    daily = searched.group_by("campaign", "leaf", "day", maintain_order=True).agg(pl.col(m).sum() for m in _MEASURES)
    terms = break_down(
        view.world.scenario.rng("google terms"),
        daily,
        [{"term": str(t)} for t in range(len(_TERMS))],
        [0.3, 0.22, 0.18, 0.14, 0.1, 0.06],
        _MEASURES,
    )
    words = [t.format(x.name.lower()) for x in view.world.delivery.leaves for t in _TERMS]
    term = terms["term"].cast(pl.Int64).to_numpy()
    _write_stats(
        view,
        merchant,
        "search_term_stats",
        terms,
        {
            "ad_group_id": (terms["leaf"] + _GROUP).cast(pl.String),
            "search_term": pick(words, terms["leaf"].to_numpy() * len(_TERMS) + term),
            "status": choose([term == 0], ["ADDED"], "NONE"),
        },
    )


def _write_geo(view: View, merchant: Merchant, campaign: pl.DataFrame) -> None:
    daily = campaign.group_by("campaign", "day", maintain_order=True).agg(pl.col(m).sum() for m in _MEASURES)
    store = np.array([c.store for c in CAMPAIGNS])[daily["campaign"].to_numpy()]
    parts = [
        break_down(
            view.world.scenario.rng(f"google geo {index}"),
            daily.filter(pl.Series(store == index)),
            [{"country": c} for c, _ in countries],
            [w for _, w in countries],
            _MEASURES,
        )
        for index, countries in enumerate(_COUNTRIES)
    ]
    rows = pl.concat(parts)
    _write_stats(
        view,
        merchant,
        "geo_stats",
        rows,
        {
            "country_criterion_id": rows["country"],
            "location_type": ["LOCATION_OF_PRESENCE"] * rows.height,
        },
    )


def _write_conversions(view: View, merchant: Merchant, campaign: pl.DataFrame) -> None:
    """The split by conversion action: the purchase counts, its twin and the cart only in all conversions."""
    many = _by_action(_claimed_by_both_dates(view, campaign))
    names = [ACTIONS[n][0] for n in many["number"].to_list()]
    resources = [f"customers/{CUSTOMER}/conversionActions/{_ACTION + n}" for n in many["number"].to_list()]
    merchant.write(
        "google_ads",
        "campaign_conversions",
        pl.DataFrame(
            {
                "customer_id": [CUSTOMER] * many.height,
                "date": dates_of(view, many["day"]),
                "campaign_id": (many["campaign"] + _CAMPAIGN).cast(pl.String),
                "conversion_action": resources,
                "conversion_action_name": names,
                **{n: many[n] / 100 for n in _CONVERSIONS},
            }
        ),
    )


def _claimed_by_both_dates(view: View, campaign: pl.DataFrame) -> pl.DataFrame:
    """Delivery by campaign and day, with what was claimed by the click's date and by the order's."""
    daily = campaign.group_by("campaign", "day", maintain_order=True).agg(pl.col(m).sum() for m in _MEASURES)
    by_order = credited_orders(view, GOOGLE)
    credit = np.array(_CREDIT)[by_order["order"].to_numpy() % len(_CREDIT)]
    dated = (
        by_order.with_columns(
            campaign=view.world.delivery.leaf_campaign[by_order["leaf"].to_numpy()],
            credit=credit,
            worth=by_order["value"].to_numpy() * credit // 100,
        )
        .group_by("campaign", day="order_day")
        .agg(by_date=pl.col("credit").sum(), value_by_date=pl.col("worth").sum())
    )
    joined = daily.join(dated, on=["campaign", "day"], how="left", maintain_order="left")
    return joined.with_columns(pl.col("by_date", "value_by_date").fill_null(0))


def _by_action(rows: pl.DataFrame) -> pl.DataFrame:
    zero = pl.lit(0, dtype=pl.Int64)
    claims, value = pl.col("conversions"), pl.col("value")
    cart = pl.col("all_conversions") - 2 * claims
    measures = (
        (claims, value, claims, value, pl.col("by_date"), pl.col("value_by_date")),
        (zero, zero, claims, value, zero, zero),
        (zero, zero, cart, zero, zero, zero),
    )
    parts = [
        rows.select(
            "campaign",
            "day",
            number=pl.lit(number),
            **{n: m.cast(pl.Int64) for n, m in zip(_CONVERSIONS, found, strict=True)},
        )
        for number, found in enumerate(measures)
    ]
    counted = pl.any_horizontal(pl.col(n) > 0 for n in _CONVERSIONS)
    return pl.concat(parts).filter(counted).sort("day", "campaign", "number")


def _write_clicks(view: View, merchant: Merchant) -> None:
    """Single clicks of the last 90 days."""
    today, _ = elapsed(view, GOOGLE)
    rows = delivered(view, GOOGLE).filter(pl.col("day") > today - 90)
    device = break_down(
        view.world.scenario.rng("google click device"),
        rows.select("leaf", "campaign", "day", "clicks"),
        [{"device": d} for d, _ in _DEVICES],
        [w for _, w in _DEVICES],
        ("clicks",),
    )
    times = device["clicks"].to_numpy()
    many = device[np.repeat(np.arange(device.height), times)].with_columns(
        nth=pl.int_range(pl.len()).over("leaf", "day")
    )
    performance_max = np.array([CAMPAIGNS[c].kind == "PERFORMANCE_MAX" for c in many["campaign"].to_list()], dtype=bool)
    merchant.write(
        "google_ads",
        "click_view",
        pl.DataFrame(
            {
                "customer_id": [CUSTOMER] * many.height,
                "date": dates_of(view, many["day"]),
                "gclid": many.select(pl.format("Cj0KCQ-{}-{}-{}", "leaf", "day", "nth").alias("g"))["g"],
                "campaign_id": (many["campaign"] + _CAMPAIGN).cast(pl.String),
                "ad_group_id": pl.select(
                    pl.when(pl.Series(~performance_max)).then((many["leaf"] + _GROUP).cast(pl.String))
                ).to_series(),
                "device": many["device"],
            }
        ),
    )


def _write_entities(view: View, merchant: Merchant) -> None:
    _write_customer(merchant)
    _write_campaigns(view, merchant)
    _write_groups(view, merchant)
    _write_ads(view, merchant)
    _write_keywords(view, merchant)
    _write_actions(merchant)


def _write_customer(merchant: Merchant) -> None:
    merchant.write(
        "google_ads",
        "customers",
        pl.DataFrame(
            {
                "customer_id": [CUSTOMER, CLOSED_CUSTOMER],
                "descriptive_name": ["Aurora Europa", "Aurora Outfitters (former agency)"],
                "currency_code": [platform_currency(GOOGLE), platform_currency(META)],
                "time_zone": [str(platform_zone(GOOGLE)), str(platform_zone(META))],
                "status": ["ENABLED", "CLOSED"],
            }
        ),
    )


def _write_campaigns(view: View, merchant: Merchant) -> None:
    start = view.world.scenario.first_day - timedelta(20)
    campaigns = [(i, c) for i, c in enumerate(CAMPAIGNS) if c.platform == GOOGLE]
    n = len(campaigns)
    merchant.write(
        "google_ads",
        "campaigns",
        pl.DataFrame(
            {
                "customer_id": [CUSTOMER] * n,
                "id": [str(_CAMPAIGN + i) for i, _ in campaigns],
                "name": [c.name for _, c in campaigns],
                "status": ["ENABLED"] * n,
                "advertising_channel_type": [c.kind for _, c in campaigns],
                "budget_id": [str(_BUDGET + i) for i, _ in campaigns],
                "start_date_time": [f"{start} 00:00:00"] * n,
                "end_date_time": ["2037-12-30 23:59:59"] * n,
            }
        ),
    )
    merchant.write(
        "google_ads",
        "campaign_budgets",
        pl.DataFrame(
            {
                "customer_id": [CUSTOMER] * n,
                "id": [str(_BUDGET + i) for i, _ in campaigns],
                "name": [f"{c.name} budget" for _, c in campaigns],
                "amount_micros": [_budget_micros(view, i) for i, _ in campaigns],
                "delivery_method": ["STANDARD"] * n,
                "status": ["ENABLED"] * n,
            }
        ),
    )


def _write_groups(view: View, merchant: Merchant) -> None:
    groups = _groups(view)
    kinds = [CAMPAIGNS[x.campaign].kind for _, x in groups]
    merchant.write(
        "google_ads",
        "ad_groups",
        pl.DataFrame(
            {
                "customer_id": [CUSTOMER] * len(groups),
                "id": [str(_GROUP + i) for i, _ in groups],
                "campaign_id": [str(_CAMPAIGN + x.campaign) for _, x in groups],
                "name": [x.name for _, x in groups],
                "status": ["ENABLED"] * len(groups),
                "type": [_GROUP_TYPE[k] for k in kinds],
            }
        ),
    )


def _write_ads(view: View, merchant: Merchant) -> None:
    ads = [(i, x, k) for i, x in _groups(view) for k in (0, 1)]
    merchant.write(
        "google_ads",
        "ads",
        pl.DataFrame(
            {
                "customer_id": [CUSTOMER] * len(ads),
                "ad_group_id": [str(_GROUP + i) for i, _, _ in ads],
                "id": [str(_AD + i * 10 + k) for i, _, k in ads],
                "campaign_id": [str(_CAMPAIGN + x.campaign) for _, x, _ in ads],
                "name": [f"{x.name} {'AB'[k]}" for _, x, k in ads],
                "type": [_AD_TYPE[CAMPAIGNS[x.campaign].kind] for _, x, _ in ads],
                "status": ["ENABLED"] * len(ads),
                "final_url": [
                    f"https://www.{'aurora-us' if CAMPAIGNS[x.campaign].store == 0 else 'aurora-eu'}.example.com/"
                    for _, x, _ in ads
                ],
                "headlines": [json.dumps([f"{x.name} from Aurora", "Free returns"]) for _, x, _ in ads],
            }
        ),
    )


def _write_keywords(view: View, merchant: Merchant) -> None:
    words = [
        (i, x, k, text, match)
        for i, x in _groups(view)
        if CAMPAIGNS[x.campaign].kind == "SEARCH"
        for k, (text, match) in enumerate(_keywords(x))
    ]
    merchant.write(
        "google_ads",
        "keywords",
        pl.DataFrame(
            {
                "customer_id": [CUSTOMER] * len(words),
                "ad_group_id": [str(_GROUP + w[0]) for w in words],
                "criterion_id": [str(_KEYWORD + w[0] * 10 + w[2]) for w in words],
                "campaign_id": [str(_CAMPAIGN + w[1].campaign) for w in words],
                "keyword_text": [w[3] for w in words],
                "match_type": [w[4] for w in words],
                "status": ["PAUSED" if w[4] == "BROAD" and w[0] % 2 else "ENABLED" for w in words],
                "quality_score": [None if w[2] == 2 else 4 + (w[0] + w[2]) % 7 for w in words],
                "cpc_bid_micros": [CAMPAIGNS[w[1].campaign].click_cents * 12_000 for w in words],
            }
        ),
    )


def _write_actions(merchant: Merchant) -> None:
    merchant.write(
        "google_ads",
        "conversion_actions",
        pl.DataFrame(
            {
                "customer_id": [CUSTOMER] * len(ACTIONS),
                "id": [str(_ACTION + i) for i in range(len(ACTIONS))],
                "name": [a[0] for a in ACTIONS],
                "category": [a[1] for a in ACTIONS],
                "status": ["ENABLED"] * len(ACTIONS),
                "type": [a[2] for a in ACTIONS],
                "click_through_lookback_window_days": [30, 30, 30],
            }
        ),
    )


def _budget_micros(view: View, campaign: int) -> int:
    """A round daily budget near the campaign's usual spend."""
    mine = view.world.delivery.leaf_campaign == campaign
    usual = float(view.world.delivery.clicks[mine].sum(axis=0).mean()) * CAMPAIGNS[campaign].click_cents
    return max(5, round(usual * 1.3 / 500) * 5) * 1_000_000
