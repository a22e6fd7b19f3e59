"""Meta's raw tables. Money is in the ad account's currency; dates are dates of the ad account's time zone."""

from __future__ import annotations

from ingestion.contract import RawTable, Write
from ingestion.kit.gaps import GAPS
from ingestion.kit.windows import report_periods
from shophouse.tables import Column, columns, day, instant, integer, money, number, text

ACCOUNT = text("account_id", "The ad account, digits only (without act_).")
STATUS = text("status", "What the merchant set: ACTIVE, PAUSED, ARCHIVED or DELETED.")
CREATED = instant("created_time", "When it was created.")

AD_ACCOUNTS = RawTable(
    "ad_accounts",
    "One row per ad account: its currency and time zone.",
    columns(
        ACCOUNT,
        text("name", "The merchant's name for it."),
        text("currency", "ISO 4217 code of every amount of the account."),
        text("timezone_name", "IANA name; the account's dates are dates of this zone."),
        text(
            "account_status",
            "Meta's code: 1 active, 2 disabled, 3 unsettled, 101 closed ...",
        ),
    ),
    key=("account_id",),
)

CAMPAIGNS = RawTable(
    "campaigns",
    "One row per campaign, the current version.",
    columns(
        ACCOUNT,
        text("id", "The campaign."),
        text("name", "The merchant's name for it."),
        STATUS,
        text("effective_status", "What holds, Meta's own review included: ACTIVE, PAUSED, WITH_ISSUES, IN_PROCESS ..."),
        text("objective", "What it is to achieve, e.g. OUTCOME_SALES."),
        money("daily_budget", "In the account's currency (Meta sends minor units)."),
        money("lifetime_budget", "For the whole of its life; null or 0 where the budget is daily or on the ad sets."),
        instant("start_time", "Planned start."),
        instant("stop_time", "Planned end; null: open."),
        CREATED,
        instant("updated_time", "When it was last changed; the newer version wins."),
    ),
    key=("account_id", "id"),
    version="updated_time",
)

AD_SETS = RawTable(
    "ad_sets",
    "One row per ad set, the current version.",
    columns(
        ACCOUNT,
        text("id", "The ad set."),
        text("campaign_id", "Its campaign."),
        text("name", "The merchant's name for it."),
        STATUS,
        text(
            "effective_status",
            "What holds, the campaign's state and Meta's review included: ACTIVE, CAMPAIGN_PAUSED ...",
        ),
        text("optimization_goal", "What delivery aims at, e.g. OFFSITE_CONVERSIONS, LINK_CLICKS."),
        money(
            "daily_budget",
            "In the account's currency (Meta sends minor units); null or 0 where it is for life or on the campaign.",
        ),
        money("lifetime_budget", "For the whole of its life; null or 0 where the budget is daily or on the campaign."),
        CREATED,
        instant(
            "updated_time", "When it was last changed; the newer version wins. A change of its parents does not count."
        ),
    ),
    key=("account_id", "id"),
    version="updated_time",
)

ADS = RawTable(
    "ads",
    "One row per ad, the current version.",
    columns(
        ACCOUNT,
        text("id", "The ad."),
        text("ad_set_id", "Its ad set."),
        text("campaign_id", "Its campaign."),
        text("creative_id", "The creative that it shows."),
        text("name", "The merchant's name for it."),
        STATUS,
        text(
            "effective_status",
            "What holds, its parents' state and Meta's review included: ACTIVE, ADSET_PAUSED, DISAPPROVED ...",
        ),
        CREATED,
        instant(
            "updated_time", "When it was last changed; the newer version wins. A change of its parents does not count."
        ),
    ),
    key=("account_id", "id"),
    version="updated_time",
)

CREATIVES = RawTable(
    "creatives",
    "One row per ad creative.",
    columns(
        ACCOUNT,
        text("id", "The creative."),
        text("name", "Name in the merchant's library."),
        text("title", "The headline."),
        text("body", "The primary text."),
        text("object_type", "The format: PHOTO, VIDEO, SHARE ..."),
        text("call_to_action_type", "The button, e.g. SHOP_NOW; null: none."),
        text("url_tags", "The UTM parameters added to the link."),
    ),
    key=("account_id", "id"),
)

_METRICS: tuple[Column, ...] = (
    integer("impressions", "Times that the ad was on a screen."),
    integer("reach", "People; never summed over rows."),
    number("frequency", "impressions / reach; null where Meta computes no reach. Never summed."),
    money("spend", "Cost in the account's currency."),
    integer("clicks", "All clicks."),
    integer("inline_link_clicks", "Clicks on the ad's links, to pages on and off Meta."),
    integer("outbound_clicks", "Clicks that lead off Meta's own apps and sites."),
    integer("video_plays_3s", "3-second video plays (action video_view)."),
)


def _totals(name: str, description: str, *grain: Column) -> RawTable:
    return RawTable(
        name,
        f"{description} It includes ads that were deleted or archived since, which no report by ad has any more. "
        "Every version of it is kept: Meta restates 28 days.",
        columns(
            ACCOUNT,
            day("date_start", "Date in the ad account's time zone."),
            grain,
            text("account_currency", "ISO 4217 code of spend."),
            _METRICS,
        ),
        key=("account_id", "date_start", *(column.name for column in grain)),
        write=Write.VERSIONED,
        merge_key=("account_id", "date_start"),
    )


ACCOUNT_INSIGHTS = _totals("account_insights", "One row per ad account and day with delivery.")
CAMPAIGN_INSIGHTS = _totals(
    "campaign_insights", "One row per campaign and day with delivery.", text("campaign_id", "The campaign.")
)


def _insights(name: str, description: str, *breakdowns: Column) -> RawTable:
    return RawTable(
        name,
        f"{description} Every version of it is kept: Meta restates 28 days.",
        columns(
            ACCOUNT,
            day("date_start", "Date in the ad account's time zone."),
            text("campaign_id", "The campaign."),
            text("ad_set_id", "The ad set."),
            text("ad_id", "The ad."),
            breakdowns,
            text("account_currency", "ISO 4217 code of spend."),
            text("attribution_setting", "Windows within which the ad set's actions count, e.g. 7d_click_1d_view."),
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
    text("age", "Age band: 13-17, 18-24 ... 65+, or Unknown."),
    text("gender", "female, male or unknown."),
)
AD_INSIGHTS_COUNTRY = _insights(
    "ad_insights_country",
    "One row per ad, day and country.",
    text("country", "Where the people were, ISO 3166-1 alpha-2."),
)
AD_INSIGHTS_PLACEMENT = _insights(
    "ad_insights_placement",
    "One row per ad, day, platform, position and device.",
    text("publisher_platform", "facebook, instagram, messenger, audience_network ..."),
    text("platform_position", "Place on the platform: feed, story, reels ..."),
    text("impression_device", "Device of the viewer: iphone, android_smartphone, desktop ..."),
)

AD_INSIGHT_ACTIONS = RawTable(
    "ad_insight_actions",
    "One row per ad, day, field, action type and attribution window with a value other than zero, every version "
    "of it kept. Action types overlap: never sum over them. Without video_view, which is ad_insights.video_plays_3s.",
    columns(
        ACCOUNT,
        day("date_start", "Date in the ad account's time zone."),
        text("ad_id", "The ad."),
        text(
            "field",
            "actions (counts) or action_values (money in the account's currency).",
        ),
        text("action_type", "Meta's name of what people did; several names may cover one sale."),
        text(
            "attribution_window",
            "value (the account's own setting), 1d_click, 7d_click, 28d_click or 1d_view.",
        ),
        money("value", "Number of actions, or their value in the account's currency: field says which."),
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

TABLES: tuple[RawTable, ...] = (
    AD_ACCOUNTS,
    CAMPAIGNS,
    AD_SETS,
    ADS,
    CREATIVES,
    ACCOUNT_INSIGHTS,
    CAMPAIGN_INSIGHTS,
    AD_INSIGHTS,
    AD_INSIGHTS_AGE_GENDER,
    AD_INSIGHTS_COUNTRY,
    AD_INSIGHTS_PLACEMENT,
    AD_INSIGHT_ACTIONS,
    REPORT_PERIODS,
    GAPS,
)
