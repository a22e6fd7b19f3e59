"""Ad tables of the simulated merchant: breakdowns add up, platforms over-claim, clicks carry orders."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from demo.vendors.ad_delivery import platform_zone
from tests.support.simulated import AS_OF, DAYS, Simulated

META = ["account_id", "date_start", "ad_id"]
MEASURES = ["impressions", "clicks", "spend", "inline_link_clicks", "outbound_clicks", "video_plays_3s"]
GOOGLE = [
    "impressions",
    "clicks",
    "cost_micros",
    "conversions",
    "conversions_value",
    "all_conversions",
    "view_through_conversions",
]


@pytest.mark.parametrize("table", ["ad_insights_age_gender", "ad_insights_country", "ad_insights_placement"])
def test_meta_breakdowns_sum_to_the_base(simulated: Simulated, table: str) -> None:
    base = simulated.source("meta_ads", "ad_insights").select(*META, *MEASURES)
    parts = simulated.source("meta_ads", table).group_by(META).agg(pl.col(m).sum() for m in MEASURES)
    assert base.sort(META).equals(parts.select(base.columns).sort(META))


@pytest.mark.parametrize(
    ("table", "kinds"),
    [
        ("ad_group_stats", ["SEARCH", "SHOPPING", "DISPLAY"]),
        ("ad_stats", ["SEARCH", "SHOPPING", "DISPLAY"]),
        ("keyword_stats", ["SEARCH"]),
        ("search_term_stats", ["SEARCH"]),
        ("geo_stats", ["SEARCH", "SHOPPING", "DISPLAY", "PERFORMANCE_MAX"]),
    ],
)
def test_google_levels_sum_to_the_campaign(simulated: Simulated, table: str, kinds: list[str]) -> None:
    campaigns = simulated.source("google_ads", "campaigns").filter(pl.col("advertising_channel_type").is_in(kinds))
    keys = ["customer_id", "date", "campaign_id"]

    def summed(name: str) -> pl.DataFrame:
        rows = simulated.source("google_ads", name).join(campaigns, left_on="campaign_id", right_on="id", how="semi")
        return rows.group_by(keys).agg(pl.col(m).sum().round(6) for m in GOOGLE).sort(keys)

    assert summed("campaign_stats").equals(summed(table))


def test_conversion_actions_split_the_campaign(simulated: Simulated) -> None:
    keys = ["date", "campaign_id"]
    split = (
        simulated.source("google_ads", "campaign_conversions")
        .group_by(keys)
        .agg(pl.col("conversions", "all_conversions").sum().round(6))
    )
    base = (
        simulated.source("google_ads", "campaign_stats")
        .group_by(keys)
        .agg(pl.col("conversions", "all_conversions").sum().round(6))
    )
    joined = split.join(base, on=keys)
    assert (joined["conversions"] == joined["conversions_right"]).all()
    assert (joined["all_conversions"] == joined["all_conversions_right"]).all()
    assert joined["conversions"].sum() > 0


def test_platforms_claim_more_than_they_cause(simulated: Simulated) -> None:
    truth = simulated.truth("ads_daily")
    claimed = (
        simulated.source("meta_ads", "ad_insight_actions")
        .filter(
            (pl.col("field") == "actions")
            & (pl.col("action_type") == "omni_purchase")
            & (pl.col("attribution_window") == "value")
        )["value"]
        .sum()
        // 100
    )
    meta = truth.filter(pl.col("platform") == "meta_ads")
    assert claimed == meta["orders_after_click"].sum() + meta["claimed_views"].sum()
    assert 0 < meta["caused_orders"].sum() < meta["orders_after_click"].sum() < claimed


def test_orders_after_clicks_are_in_the_journeys(simulated: Simulated) -> None:
    truth = simulated.truth("campaigns")
    visits = simulated.shop("customer_journey_moments")
    last = visits.sort("occurred_at").group_by("order_id").agg(pl.col("utm_campaign", "occurred_at").last())
    clicks = last.join(truth, on="utm_campaign")
    days = [
        clicks.filter(pl.col("platform") == name).with_columns(
            day=pl.col("occurred_at").dt.convert_time_zone(str(platform_zone(number))).dt.date()
        )
        for number, name in enumerate(("meta_ads", "google_ads"))
    ]
    # Of a click before the world's first day no platform reports.
    seen = pl.concat(days).filter(pl.col("day") > AS_OF.date() - timedelta(DAYS))
    counted = seen.group_by("utm_campaign", "campaign").len()
    after = simulated.truth("ads_daily").group_by("campaign").agg(pl.col("orders_after_click").sum())
    joined = counted.join(after, on="campaign")
    assert joined.height >= 8
    assert (joined["len"] == joined["orders_after_click"]).all()


def test_spend_of_truth_is_what_platforms_report(simulated: Simulated) -> None:
    truth = simulated.truth("ads_daily").group_by("platform").agg(pl.col("spend", "clicks").sum())
    spend = dict(zip(truth["platform"], truth["spend"], strict=True))
    assert spend["meta_ads"] == simulated.source("meta_ads", "ad_insights")["spend"].sum()
    assert spend["google_ads"] * 10_000 == simulated.source("google_ads", "campaign_stats")["cost_micros"].sum()
