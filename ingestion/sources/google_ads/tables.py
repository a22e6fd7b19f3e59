"""Google Ads' raw tables. Costs are micros of the customer's currency; dates are dates of the customer's time zone."""

from __future__ import annotations

from ingestion.contract import RawTable, Write
from ingestion.kit.gaps import GAPS
from ingestion.kit.windows import report_periods
from shophouse.tables import Column, columns, day, integer, number, text

CUSTOMER = text("customer_id", "The ad account, digits only.")


def _entity(name: str, description: str, *cols: Column) -> RawTable:
    return RawTable(name, description, columns(CUSTOMER, cols), key=("customer_id", "id"))


CUSTOMERS = RawTable(
    "customers",
    "One row per ad account: its currency and time zone.",
    columns(
        CUSTOMER,
        text("descriptive_name", "The account's name; null where none was given."),
        text("currency_code", "ISO 4217 code of every amount of the account."),
        text("time_zone", "IANA name; the account's dates are dates of this zone."),
        text("status", "ENABLED, SUSPENDED, CANCELED or CLOSED."),
    ),
    key=("customer_id",),
)

CAMPAIGNS = _entity(
    "campaigns",
    "One row per campaign, removed ones included.",
    text("id", "The campaign."),
    text("name", "The merchant's name for it."),
    text("status", "ENABLED, PAUSED or REMOVED."),
    text(
        "advertising_channel_type",
        "SEARCH, SHOPPING, DISPLAY, VIDEO, PERFORMANCE_MAX ...",
    ),
    text("budget_id", "The budget that it spends from; several campaigns may share one."),
    text("start_date_time", "As sent, in the account's time zone."),
    text("end_date_time", "As start_date_time; null for an open end."),
)

CAMPAIGN_BUDGETS = _entity(
    "campaign_budgets",
    "One row per campaign budget.",
    text("id", "The budget."),
    text("name", "Name of a shared budget; else made by Google."),
    integer("amount_micros", "Per day."),
    text("delivery_method", "STANDARD: spread over the day; ACCELERATED: spent as fast as possible."),
    text("status", "ENABLED or REMOVED."),
)

AD_GROUPS = _entity(
    "ad_groups",
    "One row per ad group.",
    text("id", "The ad group."),
    text("campaign_id", "Its campaign."),
    text("name", "The merchant's name for it."),
    text("status", "ENABLED, PAUSED or REMOVED."),
    text("type", "SEARCH_STANDARD, SHOPPING_PRODUCT_ADS, DISPLAY_STANDARD ..."),
)

ADS = RawTable(
    "ads",
    "One row per ad of an ad group.",
    columns(
        CUSTOMER,
        text("ad_group_id", "Its ad group; part of the ad's key."),
        text("id", "The ad."),
        text("campaign_id", "Its campaign."),
        text("name", "The merchant's name for it; null for most kinds."),
        text("type", "RESPONSIVE_SEARCH_AD, SHOPPING_PRODUCT_AD ..."),
        text("status", "Of the ad in this ad group: ENABLED, PAUSED or REMOVED."),
        text(
            "final_url", "First address that a click leads to, before tracking; null where the ad has none of its own."
        ),
        text("headlines", "JSON array of text."),
    ),
    key=("customer_id", "ad_group_id", "id"),
)

KEYWORDS = RawTable(
    "keywords",
    "One row per keyword criterion of an ad group.",
    columns(
        CUSTOMER,
        text("ad_group_id", "Its ad group."),
        text("criterion_id", "The keyword; unique within the ad group only."),
        text("campaign_id", "Its campaign."),
        text("keyword_text", "The keyword."),
        text("match_type", "EXACT, PHRASE or BROAD."),
        text("status", "ENABLED, PAUSED or REMOVED."),
        integer("quality_score", "1-10; null where Google gives none."),
        integer(
            "cpc_bid_micros",
            "Highest bid for a click, in micros, set on the keyword itself; null: the ad group's holds.",
        ),
    ),
    key=("customer_id", "ad_group_id", "criterion_id"),
)

CONVERSION_ACTIONS = _entity(
    "conversion_actions",
    "One row per conversion action.",
    text("id", "The conversion action."),
    text("name", "The merchant's name for it."),
    text("category", "What it counts: PURCHASE, ADD_TO_CART, LEAD ..."),
    text("status", "ENABLED, HIDDEN or REMOVED."),
    text("type", "How it is measured: WEBPAGE, UPLOAD_CLICKS, GOOGLE_ANALYTICS_4_PURCHASE ..."),
    integer(
        "click_through_lookback_window_days",
        "Days after a click in which a conversion still counts, up to 90; days so far back are read again.",
    ),
)

_METRICS: tuple[Column, ...] = (
    integer("impressions", "Times that an ad was shown."),
    integer("clicks", "Clicks on ads."),
    integer("cost_micros", "Cost in micros: millionths of the account's currency."),
    number("conversions", "Attributed to the click's date; fractional."),
    number("conversions_value", "Value of conversions, in the account's currency."),
    number("all_conversions", "conversions, and those of actions that the account does not count as primary."),
    number("all_conversions_value", "Value of all_conversions, in the account's currency."),
    integer("view_through_conversions", "Conversions after an ad was seen and not clicked; not part of conversions."),
)


def _stats(name: str, description: str, *grain: Column, extra: tuple[Column, ...] = ()) -> RawTable:
    return RawTable(
        name,
        f"{description} Every version of it is kept: Google restates its figures.",
        columns(
            CUSTOMER,
            day("date", "Date in the account's time zone."),
            text("campaign_id", "The campaign."),
            grain,
            _METRICS,
            extra,
        ),
        key=("customer_id", "date", "campaign_id", *(c.name for c in grain)),
        write=Write.VERSIONED,
        merge_key=("customer_id", "date"),
    )


_DEVICE = text("device", "MOBILE, DESKTOP, TABLET, CONNECTED_TV or OTHER.")

CUSTOMER_STATS = RawTable(
    "customer_stats",
    "One row per ad account and day: its total, whatever became of its campaigns. Every version of it is kept: Google "
    "restates its figures.",
    columns(CUSTOMER, day("date", "Date in the account's time zone."), _METRICS),
    key=("customer_id", "date"),
    write=Write.VERSIONED,
    merge_key=("customer_id", "date"),
)
CAMPAIGN_STATS = _stats(
    "campaign_stats",
    "One row per campaign, day, device and network; the only level that has Performance Max.",
    _DEVICE,
    text("ad_network_type", "Where ads ran: SEARCH, SEARCH_PARTNERS, CONTENT, YOUTUBE, MIXED ..."),
    extra=(
        integer("video_trueview_views", "Views of video ads, by TrueView's rule of what a view is."),
        integer("engagements", "Times that a viewer expanded an ad that can be expanded."),
        number("search_impression_share", "0-1."),
    ),
)
AD_GROUP_STATS = _stats(
    "ad_group_stats",
    "One row per ad group, day and device.",
    text("ad_group_id", "The ad group."),
    _DEVICE,
)
AD_STATS = _stats(
    "ad_stats",
    "One row per ad, day and device.",
    text("ad_group_id", "The ad group."),
    text("ad_id", "The ad."),
    _DEVICE,
)
KEYWORD_STATS = _stats(
    "keyword_stats",
    "One row per keyword, day and device.",
    text("ad_group_id", "The ad group."),
    text("criterion_id", "The keyword (keywords.criterion_id)."),
    _DEVICE,
)
SEARCH_TERM_STATS = _stats(
    "search_term_stats",
    "One row per search term, ad group and day.",
    text("ad_group_id", "The ad group whose ad was shown."),
    text("search_term", "What people typed; rare terms are left out by Google."),
    extra=(text("status", "ADDED, EXCLUDED, NONE ..."),),
)
GEO_STATS = _stats(
    "geo_stats",
    "One row per campaign, day, country criterion and location type.",
    text("country_criterion_id", "The country in Google's own numbering, e.g. 2840 for the US."),
    text(
        "location_type", "LOCATION_OF_PRESENCE: where people were; AREA_OF_INTEREST: the place that they searched for."
    ),
)

CAMPAIGN_CONVERSIONS = RawTable(
    "campaign_conversions",
    "One row per campaign, day and conversion action, every version of it kept; Google reports no cost at this grain.",
    columns(
        CUSTOMER,
        day("date", "Date of the click, in the account's time zone."),
        text("campaign_id", "The campaign."),
        text("conversion_action", "Resource name."),
        text("conversion_action_name", "Name of the action."),
        number("conversions", "Conversions of the action, by the click's date; fractional, 0 where it is not primary."),
        number("conversions_value", "Their value, in the account's currency."),
        number("all_conversions", "The same whether or not the action is primary."),
        number("all_conversions_value", "Value of all_conversions, in the account's currency."),
        number("conversions_by_conversion_date", "conversions, by the date on which they happened."),
        number("conversions_value_by_conversion_date", "Their value, in the account's currency."),
    ),
    key=("customer_id", "date", "campaign_id", "conversion_action"),
    write=Write.VERSIONED,
    merge_key=("customer_id", "date"),
)

CLICK_VIEW = RawTable(
    "click_view",
    "One row per click with its gclid (90 days back at most).",
    columns(
        CUSTOMER,
        day("date", "Date of the click, in the account's time zone."),
        text("gclid", "Google's id of the click, as in the landing page's address."),
        text("campaign_id", "The campaign."),
        text("ad_group_id", "The ad group; null for campaigns without any."),
        text("device", "MOBILE, DESKTOP, TABLET, CONNECTED_TV or OTHER."),
    ),
    key=("customer_id", "date", "gclid"),
    merge_key=("customer_id", "date"),
)

REPORT_PERIODS = report_periods(CUSTOMER)

TABLES: tuple[RawTable, ...] = (
    CUSTOMERS,
    CAMPAIGNS,
    CAMPAIGN_BUDGETS,
    AD_GROUPS,
    ADS,
    KEYWORDS,
    CONVERSION_ACTIONS,
    CUSTOMER_STATS,
    CAMPAIGN_STATS,
    AD_GROUP_STATS,
    AD_STATS,
    KEYWORD_STATS,
    SEARCH_TERM_STATS,
    GEO_STATS,
    CAMPAIGN_CONVERSIONS,
    CLICK_VIEW,
    REPORT_PERIODS,
    GAPS,
)
