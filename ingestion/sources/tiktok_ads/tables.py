"""TikTok's raw tables: advertisers, what is in them, and daily reports by ad."""

from __future__ import annotations

from ingestion.contract import RawTable, Write
from ingestion.kit.gaps import GAPS
from ingestion.kit.windows import report_periods
from shophouse.tables import Column, columns, day, instant, integer, money, text

_ADVERTISER = text("advertiser_id", "The ad account.")
_STATES = (
    text("operation_status", "ENABLE, DISABLE or FREEZE: what the advertiser wants."),
    text("secondary_status", "What holds: it follows the parents', the balance and the review."),
)
_TIMES = (instant("create_time", "Created."), instant("modify_time", "Last changed."))

ADVERTISERS = RawTable(
    "advertisers",
    "One row per ad account that is read.",
    columns(
        _ADVERTISER,
        text("name", "Its name."),
        text("currency", "ISO 4217 code of every amount of the account."),
        text("timezone", "Offset from UTC as an IANA name, which knows no summer time."),
        text("display_timezone", "IANA name of the zone; the account's dates are dates of it."),
        text("country", "ISO 3166 code of its registration."),
        text("status", "TikTok's state of the account."),
    ),
    key=("advertiser_id",),
)

CAMPAIGNS = RawTable(
    "campaigns",
    "One row per campaign, deleted ones included.",
    columns(
        _ADVERTISER,
        text("campaign_id", "The campaign."),
        text("campaign_name", "Its name."),
        text("objective_type", "WEB_CONVERSIONS, REACH, TRAFFIC ..."),
        _STATES,
        text("budget_mode", "BUDGET_MODE_DAY, BUDGET_MODE_TOTAL, or INFINITE where the ad groups have budgets."),
        money("budget", "In the account's currency, per day or in total; 0 where the ad groups have budgets."),
        _TIMES,
    ),
    key=("advertiser_id", "campaign_id"),
)

AD_GROUPS = RawTable(
    "ad_groups",
    "One row per ad group, deleted ones included.",
    columns(
        _ADVERTISER,
        text("adgroup_id", "The ad group."),
        text("campaign_id", "Its campaign."),
        text("adgroup_name", "Its name."),
        text("optimization_goal", "CONVERT, CLICK, REACH ..."),
        _STATES,
        text("budget_mode", "As of campaigns."),
        money("budget", "In the account's currency."),
        instant("schedule_start_time", "From when it may deliver."),
        instant("schedule_end_time", "Until when; ten years on for an open end."),
        _TIMES,
    ),
    key=("advertiser_id", "adgroup_id"),
)

ADS = RawTable(
    "ads",
    "One row per ad, deleted ones included.",
    columns(
        _ADVERTISER,
        text("ad_id", "The ad."),
        text("adgroup_id", "Its ad group."),
        text("campaign_id", "Its campaign."),
        text("ad_name", "Its name."),
        text("ad_text", "What is said beside the video."),
        text("ad_format", "SINGLE_VIDEO, CAROUSEL_ADS ..."),
        text("landing_page_url", "Where a click leads, with its UTM parameters."),
        _STATES,
        _TIMES,
    ),
    key=("advertiser_id", "ad_id"),
)


def _totals(name: str, description: str, *grain: Column) -> RawTable:
    return RawTable(
        name,
        f"{description} It includes ads that were deleted since. Every version of it is kept: TikTok restates 28 days.",
        columns(
            _ADVERTISER,
            day("stat_time_day", "Date in the account's time zone."),
            grain,
            money("spend", "Cost in the account's currency."),
            integer("impressions", "Times that an ad was shown."),
            integer("clicks", "Clicks that lead away from TikTok."),
            integer("video_watched_2s", "Plays of at least two seconds."),
        ),
        key=("advertiser_id", "stat_time_day", *(column.name for column in grain)),
        write=Write.VERSIONED,
        merge_key=("advertiser_id", "stat_time_day"),
    )


ADVERTISER_REPORTS = _totals("advertiser_reports", "One row per ad account and day with delivery.")
CAMPAIGN_REPORTS = _totals(
    "campaign_reports", "One row per campaign and day with delivery.", text("campaign_id", "The campaign.")
)

AD_REPORTS = RawTable(
    "ad_reports",
    "One row per ad and day with delivery or a conversion, every version of it kept: TikTok restates 28 days.",
    columns(
        _ADVERTISER,
        day("stat_time_day", "Date in the account's time zone."),
        text("ad_id", "The ad."),
        text("adgroup_id", "Its ad group."),
        text("campaign_id", "Its campaign."),
        text("currency", "The account's currency."),
        money("spend", "Cost."),
        integer("impressions", "Times shown."),
        integer("reach", "People who saw it that day; never summed."),
        integer("clicks", "Clicks to where the ad leads."),
        integer("video_play_actions", "Plays, replays left out."),
        integer("video_watched_2s", "Plays of two seconds or more."),
        integer("conversion", "Of the event that the ad group optimises for."),
        integer("complete_payment", "Purchases on the website that TikTok claims, by the time of click or view."),
        money("total_complete_payment_rate", "Their value; the name is TikTok's."),
        integer("web_event_add_to_cart", "Carts on the website that TikTok claims."),
    ),
    key=("advertiser_id", "stat_time_day", "ad_id"),
    write=Write.VERSIONED,
    merge_key=("advertiser_id", "stat_time_day"),
)

REPORT_PERIODS = report_periods(_ADVERTISER)

TABLES: tuple[RawTable, ...] = (
    ADVERTISERS,
    CAMPAIGNS,
    AD_GROUPS,
    ADS,
    ADVERTISER_REPORTS,
    CAMPAIGN_REPORTS,
    AD_REPORTS,
    REPORT_PERIODS,
    GAPS,
)
