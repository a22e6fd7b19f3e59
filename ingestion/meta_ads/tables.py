"""Meta's raw tables. Money is in the ad account's currency; dates are dates of the ad account's time zone."""

from __future__ import annotations

from ingestion.contract import (
    Column,
    Table,
    Write,
    columns,
    day,
    instant,
    integer,
    money,
    number,
    text,
)
from ingestion.windows import report_periods

ACCOUNT = text("account_id", "The ad account, digits only (without act_).")

AD_ACCOUNTS = Table(
    "ad_accounts",
    "One row per ad account: its currency and time zone.",
    columns(
        ACCOUNT,
        text("name"),
        text("currency"),
        text("timezone_name"),
        text(
            "account_status",
            "Meta's code: 1 active, 2 disabled, 3 unsettled, 101 closed ...",
        ),
    ),
    key=("account_id",),
)

CAMPAIGNS = Table(
    "campaigns",
    "One row per campaign, the current version.",
    columns(
        ACCOUNT,
        text("id"),
        text("name"),
        text("status"),
        text("effective_status"),
        text("objective"),
        money("daily_budget", "In the account's currency (Meta sends minor units)."),
        money("lifetime_budget"),
        instant("start_time"),
        instant("stop_time"),
        instant("created_time"),
        instant("updated_time"),
    ),
    key=("account_id", "id"),
    version="updated_time",
)

AD_SETS = Table(
    "ad_sets",
    "One row per ad set, the current version.",
    columns(
        ACCOUNT,
        text("id"),
        text("campaign_id"),
        text("name"),
        text("status"),
        text("effective_status"),
        text("optimization_goal"),
        money("daily_budget"),
        money("lifetime_budget"),
        instant("created_time"),
        instant("updated_time"),
    ),
    key=("account_id", "id"),
    version="updated_time",
)

ADS = Table(
    "ads",
    "One row per ad, the current version.",
    columns(
        ACCOUNT,
        text("id"),
        text("ad_set_id"),
        text("campaign_id"),
        text("creative_id"),
        text("name"),
        text("status"),
        text("effective_status"),
        instant("created_time"),
        instant("updated_time"),
    ),
    key=("account_id", "id"),
    version="updated_time",
)

CREATIVES = Table(
    "creatives",
    "One row per ad creative.",
    columns(
        ACCOUNT,
        text("id"),
        text("name"),
        text("title", "The headline."),
        text("body"),
        text("object_type", "The format: PHOTO, VIDEO, SHARE ..."),
        text("call_to_action_type"),
        text("url_tags", "The UTM parameters added to the link."),
    ),
    key=("account_id", "id"),
)

_METRICS: tuple[Column, ...] = (
    integer("impressions"),
    integer("reach", "People; never summed over rows."),
    number("frequency"),
    money("spend"),
    integer("clicks", "All clicks."),
    integer("inline_link_clicks"),
    integer("outbound_clicks"),
    integer("video_plays_3s", "3-second video plays (action video_view)."),
)


def _insights(name: str, description: str, *breakdowns: Column) -> Table:
    return Table(
        name,
        description,
        columns(
            ACCOUNT,
            day("date_start", "Date in the ad account's time zone."),
            text("campaign_id"),
            text("ad_set_id"),
            text("ad_id"),
            breakdowns,
            text("account_currency"),
            text("attribution_setting"),
            _METRICS,
        ),
        key=("account_id", "date_start", "ad_id", *(b.name for b in breakdowns)),
        write=Write.VERSIONED,
        merge_key=("account_id", "date_start"),
    )


AD_INSIGHTS = _insights(
    "ad_insights",
    "One row per ad and day with delivery; rows without delivery are absent.",
)
AD_INSIGHTS_AGE_GENDER = _insights(
    "ad_insights_age_gender",
    "One row per ad, day, age band and gender.",
    text("age"),
    text("gender"),
)
AD_INSIGHTS_COUNTRY = _insights("ad_insights_country", "One row per ad, day and country.", text("country"))
AD_INSIGHTS_PLACEMENT = _insights(
    "ad_insights_placement",
    "One row per ad, day, platform, position and device.",
    text("publisher_platform"),
    text("platform_position"),
    text("impression_device"),
)

AD_INSIGHT_ACTIONS = Table(
    "ad_insight_actions",
    "One row per ad, day, field, action type and attribution window with a value other than zero. Action types "
    "overlap: never sum over them. Without video_view, which is ad_insights.video_plays_3s.",
    columns(
        ACCOUNT,
        day("date_start"),
        text("ad_id"),
        text(
            "field",
            "actions (counts) or action_values (money in the account's currency).",
        ),
        text("action_type"),
        text(
            "attribution_window",
            "value (the account's own setting), 1d_click, 7d_click, 28d_click or 1d_view.",
        ),
        money("value"),
    ),
    key=(
        "account_id",
        "date_start",
        "ad_id",
        "field",
        "action_type",
        "attribution_window",
    ),
    write=Write.VERSIONED,
    merge_key=("account_id", "date_start"),
)

REPORT_PERIODS = report_periods(ACCOUNT)

TABLES: tuple[Table, ...] = (
    AD_ACCOUNTS,
    CAMPAIGNS,
    AD_SETS,
    ADS,
    CREATIVES,
    AD_INSIGHTS,
    AD_INSIGHTS_AGE_GENDER,
    AD_INSIGHTS_COUNTRY,
    AD_INSIGHTS_PLACEMENT,
    AD_INSIGHT_ACTIONS,
    REPORT_PERIODS,
)
