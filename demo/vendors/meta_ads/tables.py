"""Meta's tables. The account reports in US dollars and New York time."""

from __future__ import annotations

import numpy as np
import polars as pl

from demo.merchant import Merchant
from demo.vendors.ad_delivery import (
    break_down,
    claimed_views,
    credited_orders,
    dates_of,
    delivered,
    platform_currency,
    platform_zone,
)
from demo.vendors.shopify.tables.journeys import utm_of_leaves
from demo.world.ads import CAMPAIGNS, META, Leaf
from demo.world.scenario import DAY, Ints
from demo.world.values import decimals, instants, money
from demo.world.view import View
from shophouse.tables import MONEY

ACCOUNT = "102938475610"
_CAMPAIGN, _AD_SET, _AD, _CREATIVE = 120_210_000_000_100, 120_210_000_001_000, 120_210_000_010_000, 120_210_000_100_000
_AGES = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
_AGE_SHARE = (0.14, 0.28, 0.24, 0.17, 0.11, 0.06)
_GENDERS = (("female", 0.57), ("male", 0.43))
_PLACES = (
    ("facebook", "feed", "android_smartphone", 0.24),
    ("facebook", "feed", "desktop", 0.14),
    ("instagram", "feed", "iphone", 0.26),
    ("instagram", "instagram_stories", "iphone", 0.18),
    ("instagram", "instagram_reels", "android_smartphone", 0.12),
    ("audience_network", "an_classic", "android_smartphone", 0.06),
)
BOUNDED_MONTHS, BOUNDED_DAYS = 2, 60
_PURCHASES = ("purchase", "omni_purchase", "offsite_conversion.fb_pixel_purchase")
_WINDOWS = ("value", "1d_click", "7d_click", "28d_click", "1d_view")
_COUNTED = ("impressions", "clicks", "spend", "inline_link_clicks", "outbound_clicks", "video_plays_3s")


def leaves_of(view: View) -> list[tuple[int, Leaf]]:
    """Meta's ads that are listed, with their leaf index."""
    leaves = enumerate(view.world.delivery.leaves)
    return [(i, x) for i, x in leaves if CAMPAIGNS[x.campaign].platform == META and not x.is_deleted]


def _ad_set(leaf: Leaf) -> int:
    return _AD_SET + leaf.campaign * 10 + leaf.group


def write(view: View, merchant: Merchant) -> None:
    """Writes the tables."""
    _write_entities(view, merchant)
    rows = _base(view)
    _write_insights(view, merchant, "ad_insights", rows, ())
    rng = view.world.scenario.rng
    ages = [{"age": a, "gender": g} for a in _AGES for g, _ in _GENDERS] + [{"age": "Unknown", "gender": "unknown"}]
    age_share = [s * w for s in _AGE_SHARE for _, w in _GENDERS] + [0.02]
    _write_insights(
        view,
        merchant,
        "ad_insights_age_gender",
        break_down(rng("meta age"), rows, ages, age_share, _COUNTED),
        ("age", "gender"),
    )
    places = [{"publisher_platform": p, "platform_position": q, "impression_device": d} for p, q, d, _ in _PLACES]
    _write_insights(
        view,
        merchant,
        "ad_insights_placement",
        break_down(rng("meta placement"), rows, places, [p[3] for p in _PLACES], _COUNTED),
        ("publisher_platform", "platform_position", "impression_device"),
    )
    european = np.array([CAMPAIGNS[c].store for c in rows["campaign"].to_list()], dtype=np.int64) == 1
    by_country = pl.concat(
        [
            break_down(
                rng("meta us"),
                rows.filter(pl.Series(~european)),
                [{"country": "US"}, {"country": "CA"}],
                [0.95, 0.05],
                _COUNTED,
            ),
            break_down(
                rng("meta eu"),
                rows.filter(pl.Series(european)),
                [{"country": c} for c in ("DE", "FR", "NL", "AT")],
                [0.5, 0.22, 0.18, 0.1],
                _COUNTED,
            ),
        ]
    )
    _write_insights(view, merchant, "ad_insights_country", by_country, ("country",))
    _write_actions(view, merchant, rows)


def _write_entities(view: View, merchant: Merchant) -> None:
    start = int(view.world.scenario.clocks[0].utc(np.array([-20]), np.array([32_400]))[0])
    month = view.world.scenario.as_of.astimezone(platform_zone(META)).month
    states = {
        i: "ACTIVE" if not c.months or month in c.months else "PAUSED"
        for i, c in enumerate(CAMPAIGNS)
        if c.platform == META
    }
    _write_account(merchant)
    _write_campaigns(view, merchant, start, states)
    _write_ad_sets(view, merchant, start, states)
    _write_ads(view, merchant, start, states)
    _write_creatives(view, merchant)


def _write_account(merchant: Merchant) -> None:
    merchant.write(
        "meta_ads",
        "ad_accounts",
        pl.DataFrame(
            {
                "account_id": [ACCOUNT],
                "name": ["Aurora Outfitters"],
                "currency": [platform_currency(META)],
                "timezone_name": [str(platform_zone(META))],
                "account_status": ["1"],
            }
        ),
    )


def _write_campaigns(view: View, merchant: Merchant, start: int, states: dict[int, str]) -> None:
    campaigns = [(i, CAMPAIGNS[i]) for i in states]
    state = list(states.values())
    budgets = np.array([_daily_budget(view, i) for i in states])
    # What runs for a few months of the year has a budget for all of them.
    bounded = np.array([0 < len(c.months) <= BOUNDED_MONTHS for _, c in campaigns])
    merchant.write(
        "meta_ads",
        "campaigns",
        pl.DataFrame(
            {
                "account_id": [ACCOUNT] * len(campaigns),
                "id": [str(_CAMPAIGN + i) for i, _ in campaigns],
                "name": [c.name for _, c in campaigns],
                "status": state,
                "effective_status": state,
                "objective": [c.kind for _, c in campaigns],
                "daily_budget": money(budgets, bounded),
                "lifetime_budget": money(budgets * BOUNDED_DAYS, ~bounded),
                "start_time": instants(np.full(len(campaigns), start)),
                "created_time": instants(np.full(len(campaigns), start)),
                "updated_time": instants(np.full(len(campaigns), start)),
            }
        ),
    )


def _write_ad_sets(view: View, merchant: Merchant, start: int, states: dict[int, str]) -> None:
    sets = {_ad_set(x): x for _, x in leaves_of(view)}
    set_state = [states[x.campaign] for x in sets.values()]
    no_money = money(np.zeros(len(sets), dtype=np.int64), np.ones(len(sets), dtype=bool))
    merchant.write(
        "meta_ads",
        "ad_sets",
        pl.DataFrame(
            {
                "account_id": [ACCOUNT] * len(sets),
                "id": [str(k) for k in sets],
                "campaign_id": [str(_CAMPAIGN + x.campaign) for x in sets.values()],
                "name": [CAMPAIGNS[x.campaign].groups[x.group] for x in sets.values()],
                "status": ["ACTIVE"] * len(sets),
                "effective_status": ["CAMPAIGN_PAUSED" if s == "PAUSED" else s for s in set_state],
                "optimization_goal": ["OFFSITE_CONVERSIONS"] * len(sets),
                "daily_budget": no_money,
                "lifetime_budget": no_money,
                "created_time": instants(np.full(len(sets), start)),
                "updated_time": instants(np.full(len(sets), start)),
            }
        ),
    )


def _write_ads(view: View, merchant: Merchant, start: int, states: dict[int, str]) -> None:
    leaves = leaves_of(view)
    merchant.write(
        "meta_ads",
        "ads",
        pl.DataFrame(
            {
                "account_id": [ACCOUNT] * len(leaves),
                "id": [str(_AD + i) for i, _ in leaves],
                "ad_set_id": [str(_ad_set(x)) for _, x in leaves],
                "campaign_id": [str(_CAMPAIGN + x.campaign) for _, x in leaves],
                "creative_id": [str(_CREATIVE + i) for i, _ in leaves],
                "name": [x.name for _, x in leaves],
                "status": ["ACTIVE"] * len(leaves),
                "effective_status": [
                    "CAMPAIGN_PAUSED" if states[x.campaign] == "PAUSED" else "ACTIVE" for _, x in leaves
                ],
                "created_time": instants(np.full(len(leaves), start)),
                "updated_time": instants(np.full(len(leaves), start)),
            }
        ),
    )


def _write_creatives(view: View, merchant: Merchant) -> None:
    leaves = leaves_of(view)
    utm = utm_of_leaves(view)
    merchant.write(
        "meta_ads",
        "creatives",
        pl.DataFrame(
            {
                "account_id": [ACCOUNT] * len(leaves),
                "id": [str(_CREATIVE + i) for i, _ in leaves],
                "name": [x.name for _, x in leaves],
                "title": ["Made for the long way home"] * len(leaves),
                "body": [f"{CAMPAIGNS[x.campaign].groups[x.group]}: discover the collection." for _, x in leaves],
                "object_type": ["VIDEO" if "Video" in x.name else "SHARE" for _, x in leaves],
                "call_to_action_type": ["SHOP_NOW"] * len(leaves),
                "url_tags": [
                    f"utm_source={u['source']}&utm_medium={u['medium']}&utm_campaign={u['campaign']}&utm_content={u['content']}"
                    for u in (utm.row(i, named=True) for i, _ in leaves)
                ],
            }
        ),
    )


def _daily_budget(view: View, campaign: int) -> int:
    """A round daily budget near the campaign's usual spend, in cents."""
    c, delivery = CAMPAIGNS[campaign], view.world.delivery
    mine = delivery.leaf_campaign == campaign
    usual = float(delivery.clicks[mine].sum(axis=0).mean()) * c.click_cents
    return max(500, round(usual * 1.3 / 500) * 500)


def _base(view: View) -> pl.DataFrame:
    rows = delivered(view, META)
    video = np.array(["Video" in x.name for x in view.world.delivery.leaves])[rows["leaf"].to_numpy()]
    clicks = rows["clicks"].to_numpy()
    return rows.with_columns(
        inline_link_clicks=clicks * 9 // 10,
        outbound_clicks=clicks * 8 // 10,
        video_plays_3s=np.where(video, rows["impressions"].to_numpy() * 3 // 10, 0),
    )


def _write_insights(
    view: View, merchant: Merchant, table: str, rows: pl.DataFrame, breakdowns: tuple[str, ...]
) -> None:
    impressions = rows["impressions"].to_numpy()
    leaf = rows["leaf"].to_numpy()
    # Frequency rises with saturation; reach is people and never adds up.
    reach: Ints = np.maximum((impressions / (1.15 + 0.1 * (leaf % 3))).astype(np.int64), np.minimum(impressions, 1))
    leaves = view.world.delivery.leaves
    set_of = np.array([str(_ad_set(x)) for x in leaves])
    merchant.write(
        "meta_ads",
        table,
        pl.DataFrame(
            {
                "account_id": [ACCOUNT] * rows.height,
                "date_start": dates_of(view, rows["day"]),
                "campaign_id": (rows["campaign"] + _CAMPAIGN).cast(pl.String),
                "ad_set_id": pl.Series(set_of[leaf].tolist(), dtype=pl.String),
                "ad_id": (rows["leaf"] + _AD).cast(pl.String),
                **{b: rows[b] for b in breakdowns},
                "account_currency": [platform_currency(META)] * rows.height,
                "attribution_setting": ["7d_click_1d_view"] * rows.height,
                "impressions": rows["impressions"],
                "reach": reach,
                "frequency": np.round(impressions / np.maximum(reach, 1), 6),
                "spend": money(rows["spend"].to_numpy()),
                "clicks": rows["clicks"],
                "inline_link_clicks": rows["inline_link_clicks"],
                "outbound_clicks": rows["outbound_clicks"],
                "video_plays_3s": rows["video_plays_3s"],
            }
        ),
    )


def _write_actions(view: View, merchant: Merchant, base: pl.DataFrame) -> None:
    """Claimed purchases by window, under three overlapping names, and the steps before them; zeros are absent."""
    rows = (
        pl.concat([*_purchases(view, base), *_steps(base)])
        .filter(pl.col("unscaled") > 0)
        .sort("day", "leaf", "field", "action_type", "attribution_window")
    )
    merchant.write(
        "meta_ads",
        "ad_insight_actions",
        pl.DataFrame(
            {
                "account_id": [ACCOUNT] * rows.height,
                "date_start": dates_of(view, rows["day"]),
                "ad_id": (rows["leaf"] + _AD).cast(pl.String),
                "field": rows["field"],
                "action_type": rows["action_type"],
                "attribution_window": rows["attribution_window"],
                "value": decimals(rows["unscaled"].to_numpy(), MONEY),
            }
        ),
    )


def _purchases(view: View, base: pl.DataFrame) -> list[pl.DataFrame]:
    claimed = _claimed(view, base)
    parts = []
    for field, suffix, scale in (("actions", "", 1_000_000), ("action_values", "_cents", 10_000)):
        for window in _WINDOWS:
            counted = claimed.select("leaf", "day", unscaled=pl.col(window + suffix).cast(pl.Int64) * scale)
            parts += [
                counted.with_columns(field=pl.lit(field), action_type=pl.lit(p), attribution_window=pl.lit(window))
                for p in _PURCHASES
            ]
    return parts


def _claimed(view: View, base: pl.DataFrame) -> pl.DataFrame:
    """Claimed purchases and their value (cents) by ad, day and attribution window."""
    clicked = (
        credited_orders(view, META)
        .group_by("leaf", "day")
        .agg(
            **{
                "1d_click": (pl.col("delay") <= DAY).sum().cast(pl.Int64),
                "7d_click": pl.len().cast(pl.Int64),
                "1d_click_cents": pl.col("value").filter(pl.col("delay") <= DAY).sum(),
                "7d_click_cents": pl.col("value").sum(),
            }
        )
    )
    viewed = claimed_views(view, META).rename({"claims": "1d_view", "value": "1d_view_cents"})
    shown = base.select("leaf", "day")
    both = shown.join(clicked, on=["leaf", "day"], how="left").join(viewed, on=["leaf", "day"], how="left")
    return both.with_columns(pl.exclude("leaf", "day").fill_null(0)).with_columns(
        **{
            "28d_click": pl.col("7d_click"),
            "28d_click_cents": pl.col("7d_click_cents"),
            "value": pl.col("7d_click") + pl.col("1d_view"),
            "value_cents": pl.col("7d_click_cents") + pl.col("1d_view_cents"),
        }
    )


def _steps(base: pl.DataFrame) -> list[pl.DataFrame]:
    steps = {
        "link_click": pl.col("inline_link_clicks"),
        "landing_page_view": pl.col("outbound_clicks"),
        "add_to_cart": pl.col("clicks") // 9,
    }
    return [
        base.select(
            "leaf",
            "day",
            unscaled=count.cast(pl.Int64) * 1_000_000,
            field=pl.lit("actions"),
            action_type=pl.lit(name),
            attribution_window=pl.lit("value"),
        )
        for name, count in steps.items()
    ]
