"""Google Ads' raw tables. Costs are micros of the customer's currency; dates are dates of the customer's time zone."""

from __future__ import annotations

from ingestion.contract import Column, Table, Write, columns, day, integer, number, text
from ingestion.windows import report_periods

CUSTOMER = text("customer_id", "The ad account, digits only.")


def _entity(name: str, description: str, *cols: Column) -> Table:
    return Table(name, description, columns(CUSTOMER, cols), key=("customer_id", "id"))


CUSTOMERS = Table(
    "customers",
    "One row per ad account: its currency and time zone.",
    columns(
        CUSTOMER,
        text("descriptive_name"),
        text("currency_code"),
        text("time_zone"),
        text("status"),
    ),
    key=("customer_id",),
)

CAMPAIGNS = _entity(
    "campaigns",
    "One row per campaign, removed ones included.",
    text("id"),
    text("name"),
    text("status", "ENABLED, PAUSED or REMOVED."),
    text(
        "advertising_channel_type",
        "SEARCH, SHOPPING, DISPLAY, VIDEO, PERFORMANCE_MAX ...",
    ),
    text("budget_id"),
    text("start_date_time", "As sent, in the account's time zone."),
    text("end_date_time"),
)

CAMPAIGN_BUDGETS = _entity(
    "campaign_budgets",
    "One row per campaign budget.",
    text("id"),
    text("name"),
    integer("amount_micros", "Per day."),
    text("delivery_method"),
    text("status"),
)

AD_GROUPS = _entity(
    "ad_groups",
    "One row per ad group.",
    text("id"),
    text("campaign_id"),
    text("name"),
    text("status"),
    text("type"),
)

ADS = Table(
    "ads",
    "One row per ad of an ad group.",
    columns(
        CUSTOMER,
        text("ad_group_id"),
        text("id"),
        text("campaign_id"),
        text("name"),
        text("type"),
        text("status"),
        text("final_url"),
        text("headlines", "JSON array of text."),
    ),
    key=("customer_id", "ad_group_id", "id"),
)

KEYWORDS = Table(
    "keywords",
    "One row per keyword criterion of an ad group.",
    columns(
        CUSTOMER,
        text("ad_group_id"),
        text("criterion_id"),
        text("campaign_id"),
        text("keyword_text"),
        text("match_type"),
        text("status"),
        integer("quality_score", "1-10; null where Google gives none."),
        integer("cpc_bid_micros"),
    ),
    key=("customer_id", "ad_group_id", "criterion_id"),
)

CONVERSION_ACTIONS = _entity(
    "conversion_actions",
    "One row per conversion action.",
    text("id"),
    text("name"),
    text("category"),
    text("status"),
    text("type"),
    integer("click_through_lookback_window_days"),
)

_METRICS: tuple[Column, ...] = (
    integer("impressions"),
    integer("clicks"),
    integer("cost_micros"),
    number("conversions", "Attributed to the click's date; fractional."),
    number("conversions_value"),
    number("all_conversions"),
    number("all_conversions_value"),
    integer("view_through_conversions"),
)


def _stats(name: str, description: str, *grain: Column, extra: tuple[Column, ...] = ()) -> Table:
    return Table(
        name,
        description,
        columns(
            CUSTOMER,
            day("date", "Date in the account's time zone."),
            text("campaign_id"),
            grain,
            _METRICS,
            extra,
        ),
        key=("customer_id", "date", "campaign_id", *(c.name for c in grain)),
        write=Write.VERSIONED,
        merge_key=("customer_id", "date"),
    )


_DEVICE = text("device", "MOBILE, DESKTOP, TABLET, CONNECTED_TV or OTHER.")

CAMPAIGN_STATS = _stats(
    "campaign_stats",
    "One row per campaign, day, device and network; the only level that has Performance Max.",
    _DEVICE,
    text("ad_network_type"),
    extra=(
        integer("video_trueview_views"),
        integer("engagements"),
        number("search_impression_share", "0-1."),
    ),
)
AD_GROUP_STATS = _stats(
    "ad_group_stats",
    "One row per ad group, day and device.",
    text("ad_group_id"),
    _DEVICE,
)
AD_STATS = _stats(
    "ad_stats",
    "One row per ad, day and device.",
    text("ad_group_id"),
    text("ad_id"),
    _DEVICE,
)
KEYWORD_STATS = _stats(
    "keyword_stats",
    "One row per keyword, day and device.",
    text("ad_group_id"),
    text("criterion_id"),
    _DEVICE,
)
SEARCH_TERM_STATS = _stats(
    "search_term_stats",
    "One row per search term, ad group and day.",
    text("ad_group_id"),
    text("search_term"),
    extra=(text("status", "ADDED, EXCLUDED, NONE ..."),),
)
GEO_STATS = _stats(
    "geo_stats",
    "One row per campaign, day, country criterion and location type.",
    text("country_criterion_id"),
    text("location_type"),
)

CAMPAIGN_CONVERSIONS = Table(
    "campaign_conversions",
    "One row per campaign, day and conversion action (Google does not report cost at this grain).",
    columns(
        CUSTOMER,
        day("date"),
        text("campaign_id"),
        text("conversion_action", "Resource name."),
        text("conversion_action_name"),
        number("conversions"),
        number("conversions_value"),
        number("all_conversions"),
        number("all_conversions_value"),
        number("conversions_by_conversion_date"),
        number("conversions_value_by_conversion_date"),
    ),
    key=("customer_id", "date", "campaign_id", "conversion_action"),
    write=Write.VERSIONED,
    merge_key=("customer_id", "date"),
)

CLICK_VIEW = Table(
    "click_view",
    "One row per click with its gclid (90 days back at most).",
    columns(
        CUSTOMER,
        day("date"),
        text("gclid"),
        text("campaign_id"),
        text("ad_group_id"),
        text("device"),
    ),
    key=("customer_id", "date", "gclid"),
    merge_key=("customer_id", "date"),
)

REPORT_PERIODS = report_periods(CUSTOMER)

TABLES: tuple[Table, ...] = (
    CUSTOMERS,
    CAMPAIGNS,
    CAMPAIGN_BUDGETS,
    AD_GROUPS,
    ADS,
    KEYWORDS,
    CONVERSION_ACTIONS,
    CAMPAIGN_STATS,
    AD_GROUP_STATS,
    AD_STATS,
    KEYWORD_STATS,
    SEARCH_TERM_STATS,
    GEO_STATS,
    CAMPAIGN_CONVERSIONS,
    CLICK_VIEW,
    REPORT_PERIODS,
)
