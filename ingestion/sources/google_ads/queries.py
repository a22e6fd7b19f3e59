"""The GAQL query of every table, and how its answers become the table's rows.

REST sends int64 as text, doubles as numbers, enums as names, and leaves out what is unset.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from ingestion.contract import RawTable
from ingestion.kit.arrow import typed
from ingestion.kit.fields import Fields, camel
from ingestion.kit.windows import DateWindow
from ingestion.source import Rows
from ingestion.sources.google_ads.settings import NAME
from ingestion.sources.google_ads.tables import (
    AD_GROUP_STATS,
    AD_GROUPS,
    AD_STATS,
    ADS,
    CAMPAIGN_BUDGETS,
    CAMPAIGN_CONVERSIONS,
    CAMPAIGN_STATS,
    CAMPAIGNS,
    CLICK_VIEW,
    CONVERSION_ACTIONS,
    CUSTOMER_STATS,
    GEO_STATS,
    KEYWORD_STATS,
    KEYWORDS,
    SEARCH_TERM_STATS,
)

_ALL_STATUSES = "IN ('ENABLED', 'PAUSED', 'REMOVED')"
_SHARES = frozenset({"search_impression_share"})
"""Metrics that Google leaves out when it has none; every other metric left out is zero."""


_TYPES = {"final_url": pl.List(pl.String), "headlines": pl.List(pl.Struct({"text": pl.String}))}


@dataclass(frozen=True)
class Query:
    """A table's query.

    Attributes:
        table: where it lands.
        resource: after FROM.
        fields: GAQL field by column (``customer_id`` is known from the request).
        condition: after WHERE, beside the dates.
    """

    table: RawTable
    resource: str
    fields: Mapping[str, str] = field(default_factory=dict)
    condition: str = ""

    @property
    def tables(self) -> tuple[RawTable, ...]:
        """What it fills."""
        return (self.table,)

    @property
    def row(self) -> pl.Struct:
        """Type of one result: a struct per resource, of the fields selected."""
        return self._sent.row

    def gaql(self, window: DateWindow | None = None) -> str:
        """The query's text.

        Args:
            window: days in the account's time zone; None: the resource has no dates.
        """
        conditions = [self.condition] if self.condition else []
        if window is not None and window.days == 1:
            conditions.append(f"segments.date = '{window.first}'")
        elif window is not None:
            conditions.append(f"segments.date BETWEEN '{window.first}' AND '{window.last}'")
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return f"SELECT {', '.join(self.fields.values())} FROM {self.resource}{where}"

    def rows(self, customer_id: str, results: pl.DataFrame) -> Rows:
        """Results in the table's schema.

        Raises:
            SourceError: a value has an unexpected type.
        """
        customer = pl.lit(customer_id).alias("customer_id")
        return Rows(self.table, typed(NAME, self.table, results, *self._columns(), customer))

    def values(self, results: pl.DataFrame) -> pl.DataFrame:
        """Results with a column per field, as sent."""
        return results.select(self._columns())

    @property
    def _sent(self) -> Fields:
        return Fields(self.table, {column: json_path(path) for column, path in self.fields.items()}, _TYPES)

    def _columns(self) -> list[pl.Expr]:
        sent = self._sent
        return [self._value(sent, column).alias(column) for column in self.fields]

    def _value(self, fields: Fields, column: str) -> pl.Expr:
        sent = fields.sent(column)
        if column == "final_url":
            return sent.list.first()
        if column == "headlines":
            texts = sent.list.eval(pl.element().struct.field("text"))
            return texts.map_elements(lambda t: json.dumps(t.to_list(), ensure_ascii=False), pl.String)
        if column == "date":
            return sent.str.to_date("%Y-%m-%d")
        if self.fields[column].startswith("metrics.") and column not in _SHARES:
            return sent.fill_null(0.0 if fields.type_of(column) == pl.Float64 else "0")
        return sent


def json_path(path: str) -> tuple[str, ...]:
    """The members of a GAQL field in JSON: ``metrics.cost_micros`` is ("metrics", "costMicros")."""
    return tuple(camel(name) for name in path.split("."))


_METRICS = {
    name: f"metrics.{name}"
    for name in (
        "impressions",
        "clicks",
        "cost_micros",
        "conversions",
        "conversions_value",
        "all_conversions",
        "all_conversions_value",
        "view_through_conversions",
    )
}
_DAY_AND_CAMPAIGN = {"date": "segments.date", "campaign_id": "campaign.id"}
_AD_GROUP = {"ad_group_id": "ad_group.id"}
_DEVICE = {"device": "segments.device"}


def _own(resource: str, *names: str) -> dict[str, str]:
    return {name: f"{resource}.{name}" for name in names}


ENTITIES = (
    Query(
        CAMPAIGNS,
        "campaign",
        _own(
            "campaign",
            "id",
            "name",
            "status",
            "advertising_channel_type",
            "start_date_time",
            "end_date_time",
        )
        | {"budget_id": "campaign_budget.id"},
        f"campaign.status {_ALL_STATUSES}",
    ),
    Query(
        CAMPAIGN_BUDGETS,
        "campaign_budget",
        _own(
            "campaign_budget",
            "id",
            "name",
            "amount_micros",
            "delivery_method",
            "status",
        ),
    ),
    Query(
        AD_GROUPS,
        "ad_group",
        _own("ad_group", "id", "name", "status", "type") | {"campaign_id": "campaign.id"},
        f"ad_group.status {_ALL_STATUSES}",
    ),
    Query(
        ADS,
        "ad_group_ad",
        _AD_GROUP
        | {
            "id": "ad_group_ad.ad.id",
            "campaign_id": "campaign.id",
            "name": "ad_group_ad.ad.name",
            "type": "ad_group_ad.ad.type",
            "status": "ad_group_ad.status",
            "final_url": "ad_group_ad.ad.final_urls",
            "headlines": "ad_group_ad.ad.responsive_search_ad.headlines",
        },
        f"ad_group_ad.status {_ALL_STATUSES}",
    ),
    Query(
        KEYWORDS,
        "ad_group_criterion",
        _AD_GROUP
        | {
            "criterion_id": "ad_group_criterion.criterion_id",
            "campaign_id": "campaign.id",
            "keyword_text": "ad_group_criterion.keyword.text",
            "match_type": "ad_group_criterion.keyword.match_type",
            "status": "ad_group_criterion.status",
            "quality_score": "ad_group_criterion.quality_info.quality_score",
            "cpc_bid_micros": "ad_group_criterion.cpc_bid_micros",
        },
        f"ad_group_criterion.type = 'KEYWORD' AND ad_group_criterion.status {_ALL_STATUSES}",
    ),
    Query(
        CONVERSION_ACTIONS,
        "conversion_action",
        _own(
            "conversion_action",
            "id",
            "name",
            "category",
            "status",
            "type",
            "click_through_lookback_window_days",
        ),
    ),
)
"""Small tables, read whole: the API reports a removed object for as long as it is named by its status."""

STATS = (
    Query(CUSTOMER_STATS, "customer", {"date": "segments.date"} | _METRICS),
    Query(
        CAMPAIGN_STATS,
        "campaign",
        _DAY_AND_CAMPAIGN
        | _DEVICE
        | {"ad_network_type": "segments.ad_network_type"}
        | _METRICS
        | _own("metrics", "video_trueview_views", "engagements", "search_impression_share"),
    ),
    Query(AD_GROUP_STATS, "ad_group", _DAY_AND_CAMPAIGN | _AD_GROUP | _DEVICE | _METRICS),
    Query(
        AD_STATS,
        "ad_group_ad",
        _DAY_AND_CAMPAIGN | _AD_GROUP | {"ad_id": "ad_group_ad.ad.id"} | _DEVICE | _METRICS,
    ),
    Query(
        KEYWORD_STATS,
        "keyword_view",
        _DAY_AND_CAMPAIGN | _AD_GROUP | {"criterion_id": "ad_group_criterion.criterion_id"} | _DEVICE | _METRICS,
    ),
    Query(
        SEARCH_TERM_STATS,
        "search_term_view",
        _DAY_AND_CAMPAIGN
        | _AD_GROUP
        | {
            "search_term": "search_term_view.search_term",
            "status": "search_term_view.status",
        }
        | _METRICS,
    ),
    Query(
        GEO_STATS,
        "geographic_view",
        _DAY_AND_CAMPAIGN | _own("geographic_view", "country_criterion_id", "location_type") | _METRICS,
    ),
    Query(
        CAMPAIGN_CONVERSIONS,
        "campaign",
        _DAY_AND_CAMPAIGN
        | _own("segments", "conversion_action", "conversion_action_name")
        | _own(
            "metrics",
            "conversions",
            "conversions_value",
            "all_conversions",
            "all_conversions_value",
            "conversions_by_conversion_date",
            "conversions_value_by_conversion_date",
        ),
    ),
)
"""Daily reports. Conversions by action stand alone: Google reports no cost and no clicks beside them."""

CLICKS = Query(
    CLICK_VIEW,
    "click_view",
    _DAY_AND_CAMPAIGN | _AD_GROUP | {"gclid": "click_view.gclid"} | _DEVICE,
)
"""Answers one day a query, at most 90 days back."""
