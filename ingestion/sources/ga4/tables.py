"""Google Analytics' raw tables: the property, and daily reports whose columns are named as the API's dimensions.

Users are people: those of two rows overlap, so no sum of them is a number of people.
"""

from __future__ import annotations

from ingestion.contract import RawTable, Write
from ingestion.kit.gaps import GAPS
from ingestion.kit.windows import report_periods
from shophouse.tables import Column, columns, day, flag, integer, money, number, text

_PROPERTY = text("property_id", "The property, digits only.")
_DATE = day("date", "Date in the property's time zone.")
_CHANNEL = text("session_default_channel_group", "Channel of the session as Google groups it.")
_SESSIONS = (
    integer("sessions", "Sessions."),
    integer("engaged_sessions", "Longer than ten seconds, or with two pages, or with a key event."),
    integer("total_users", "People; never summed."),
)
_SALES = (
    integer("ecommerce_purchases", "Purchases that the tag saw."),
    money("purchase_revenue", "Their revenue less refunds, in the property's currency."),
)
_QUALITY = (
    flag("is_thresholded", "Whether Google left out rows of few users from the answer."),
    flag("is_sampled", "Whether the answer rests on a part of the sessions."),
    flag("has_other_row", "Whether rows were put together as (other), so that dimensions are not complete."),
)
QUALITY = frozenset(column.name for column in _QUALITY)


def _report(name: str, grain: str, dimensions: tuple[Column, ...], *metrics: Column) -> RawTable:
    return RawTable(
        name,
        f"One row per property, date{grain}, every version of it kept: Google restates for about 12 days.",
        columns(_PROPERTY, _DATE, dimensions, metrics, _QUALITY),
        key=("property_id", "date", *(column.name for column in dimensions)),
        write=Write.VERSIONED,
        merge_key=("property_id", "date"),
    )


PROPERTIES = RawTable(
    "properties",
    "One row per property that is read.",
    columns(
        _PROPERTY,
        text("time_zone", "IANA name; the property's dates are dates of this zone."),
        text("currency_code", "ISO 4217 code of every amount of the property."),
    ),
    key=("property_id",),
)

TRAFFIC = _report(
    "traffic",
    ", channel, source, medium and campaign of the session",
    (
        _CHANNEL,
        text("session_source", "Source of the session, e.g. google or (direct)."),
        text("session_medium", "Medium of the session, e.g. cpc or (none)."),
        text("session_campaign_name", "Campaign of the session; (not set) where there is none."),
    ),
    *_SESSIONS,
    integer("new_users", "People who came for the first time; never summed."),
    integer("key_events", "Events that the property counts as key events."),
    *_SALES,
)

LANDING_PAGES = _report(
    "landing_pages",
    ", channel and page on which the session began",
    (_CHANNEL, text("landing_page", "Path without its query; (not set) where no page was seen.")),
    *_SESSIONS,
    *_SALES,
)

EVENTS = _report(
    "events",
    " and event",
    (text("event_name", "page_view, add_to_cart, purchase ..."),),
    integer("event_count", "Times that it happened."),
    integer("total_users", "People who did it; never summed."),
    number("event_value", "Sum of the events' value parameter."),
)

VISITORS = _report(
    "visitors",
    "",
    (),
    integer("sessions", "Sessions."),
    integer("total_users", "People who came that day; never summed."),
    integer("active_users", "Those of them with an engaged session; never summed."),
    integer("new_users", "Those who came for the first time; never summed."),
)

REPORT_PERIODS = report_periods(_PROPERTY)

TABLES: tuple[RawTable, ...] = (PROPERTIES, TRAFFIC, LANDING_PAGES, EVENTS, VISITORS, REPORT_PERIODS, GAPS)
