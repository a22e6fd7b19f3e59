"""A merchant's tables as GAQL resources: a column per field, text for int64, one row per result."""

from __future__ import annotations

import polars as pl

from demo.merchant import Merchant
from demo.vendors.google_ads.errors import GoogleAdsError
from demo.vendors.google_ads.gaql import GaqlQuery

_METRICS = (
    *("impressions", "clicks", "cost_micros", "conversions", "conversions_value"),
    *("all_conversions", "all_conversions_value", "view_through_conversions"),
    *("video_trueview_views", "engagements", "search_impression_share"),
    *("conversions_by_conversion_date", "conversions_value_by_conversion_date"),
)
_SEGMENTS = (
    "date",
    "device",
    "ad_network_type",
    "conversion_action",
    "conversion_action_name",
)
_PARENTS = {
    "campaign_id": "campaign.id",
    "ad_group_id": "ad_group.id",
    "budget_id": "campaign_budget.id",
}
_COMMON = {name: f"metrics.{name}" for name in _METRICS} | {name: f"segments.{name}" for name in _SEGMENTS} | _PARENTS

_ENTITIES: dict[str, tuple[str, dict[str, str]]] = {
    "campaign": ("campaigns", {}),
    "campaign_budget": ("campaign_budgets", {}),
    "ad_group": ("ad_groups", {}),
    "conversion_action": ("conversion_actions", {}),
    "ad_group_ad": (
        "ads",
        {
            "id": "ad_group_ad.ad.id",
            "name": "ad_group_ad.ad.name",
            "type": "ad_group_ad.ad.type",
            "status": "ad_group_ad.status",
            "final_url": "ad_group_ad.ad.final_urls",
            "headlines": "ad_group_ad.ad.responsive_search_ad.headlines",
        },
    ),
    "ad_group_criterion": (
        "keywords",
        {
            "criterion_id": "ad_group_criterion.criterion_id",
            "keyword_text": "ad_group_criterion.keyword.text",
            "match_type": "ad_group_criterion.keyword.match_type",
            "status": "ad_group_criterion.status",
            "quality_score": "ad_group_criterion.quality_info.quality_score",
            "cpc_bid_micros": "ad_group_criterion.cpc_bid_micros",
        },
    ),
}
"""Table and field by column (beside those named alike) of resources that are objects."""

_REPORTS: dict[str, tuple[str, dict[str, str]]] = {
    "campaign": ("campaign_stats", {}),
    "ad_group": ("ad_group_stats", {}),
    "ad_group_ad": ("ad_stats", {"ad_id": "ad_group_ad.ad.id"}),
    "keyword_view": (
        "keyword_stats",
        {"criterion_id": "ad_group_criterion.criterion_id"},
    ),
    "search_term_view": (
        "search_term_stats",
        {
            "search_term": "search_term_view.search_term",
            "status": "search_term_view.status",
        },
    ),
    "geographic_view": (
        "geo_stats",
        {
            "country_criterion_id": "geographic_view.country_criterion_id",
            "location_type": "geographic_view.location_type",
        },
    ),
    "click_view": ("click_view", {"gclid": "click_view.gclid"}),
}
"""Table and field by column of resources with metrics or segments."""

_NAMES = {
    "customer": ("customers/", "customer.id"),
    "customer_client": (
        "customers/",
        "customer.id",
        "/customerClients/",
        "customer_client.id",
    ),
    "campaign": ("customers/", "customer.id", "/campaigns/", "campaign.id"),
    "campaign_budget": (
        "customers/",
        "customer.id",
        "/campaignBudgets/",
        "campaign_budget.id",
    ),
    "ad_group": ("customers/", "customer.id", "/adGroups/", "ad_group.id"),
    "ad_group_ad": (
        "customers/",
        "customer.id",
        "/adGroupAds/",
        "ad_group.id",
        "~",
        "ad_group_ad.ad.id",
    ),
    "ad_group_ad.ad": ("customers/", "customer.id", "/ads/", "ad_group_ad.ad.id"),
    "ad_group_criterion": (
        *("customers/", "customer.id", "/adGroupCriteria/"),
        *("ad_group.id", "~", "ad_group_criterion.criterion_id"),
    ),
    "keyword_view": (
        *("customers/", "customer.id", "/keywordViews/"),
        *("ad_group.id", "~", "ad_group_criterion.criterion_id"),
    ),
    "search_term_view": (
        *(
            "customers/",
            "customer.id",
            "/searchTermViews/",
            "campaign.id",
            "~",
            "ad_group.id",
            "~",
        ),
        "search_term_view.search_term",
    ),
    "geographic_view": (
        *("customers/", "customer.id", "/geographicViews/"),
        *("geographic_view.country_criterion_id", "~", "geographic_view.location_type"),
    ),
    "conversion_action": (
        "customers/",
        "customer.id",
        "/conversionActions/",
        "conversion_action.id",
    ),
    "click_view": (
        "customers/",
        "customer.id",
        "/clickViews/",
        "segments.date",
        "~",
        "click_view.gclid",
    ),
}
"""Parts of a resource name: fields (with a dot, no slash) and text between them."""


class Resources:
    """A merchant's resources."""

    def __init__(self, merchant: Merchant) -> None:
        self._merchant = merchant
        self._held: dict[tuple[str, str, str], pl.DataFrame] = {}

    def customers(self) -> pl.DataFrame:
        """Every ad account, as ``customer`` and as its own ``customer_client``."""
        frame = self._merchant.frame("google_ads", "customers").sort("customer_id").collect()
        of_client = [pl.col(c).alias(f"customer_client.{c}") for c in frame.columns if c != "customer_id"]
        of_customer = [pl.col(c).alias(f"customer.{c}") for c in frame.columns if c != "customer_id"]
        return frame.select(
            pl.col("customer_id").alias("customer.id"),
            pl.col("customer_id").alias("customer_client.id"),
            *of_client,
            *of_customer,
            pl.lit("0").alias("customer_client.level"),
            pl.lit(False).alias("customer_client.manager"),
        )

    def results(self, customer_id: str, query: GaqlQuery) -> pl.DataFrame:
        """The rows that a query selects, a column per GAQL field, with the columns that their resource names need.

        Raises:
            GoogleAdsError: an unknown resource or field, or a combination that Google refuses.
        """
        frame = self._resource(customer_id, query)
        for field in (*query.fields, *(c.field for c in query.conditions)):
            if field not in frame.collect_schema():
                raise GoogleAdsError(
                    400,
                    "queryError",
                    "UNRECOGNIZED_FIELD",
                    f"Unrecognized field in the query: '{field}'.",
                )
        for condition in query.conditions:
            frame = frame.filter(condition.on(pl.col(condition.field).cast(pl.String)))
        frame = _aggregated(frame, query)
        return (frame.head(query.limit) if query.limit else frame).collect()

    def _resource(self, customer_id: str, query: GaqlQuery) -> pl.LazyFrame:
        if query.resource == "customer" and query.is_segmented:
            # An account's total is the sum of what its campaigns say, those that were removed too.
            rows = self._fields(customer_id, "campaign_stats", "campaign", {})
            return rows.select("customer.id", "segments.date", pl.col("^metrics\\..*$"), unasked=pl.lit("")).rename(
                {"unasked": "segments.campaign"}
            )
        if query.resource in ("customer", "customer_client"):
            return self.customers().lazy().filter(pl.col("customer.id") == customer_id)
        if query.is_segmented and query.resource in _REPORTS:
            table, fields = _REPORTS[query.resource]
            if any(f.startswith("segments.conversion_action") for f in query.fields):
                table = "campaign_conversions"
        elif query.resource in _ENTITIES:
            table, fields = _ENTITIES[query.resource]
        else:
            code = "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE"
            raise GoogleAdsError(
                400,
                "queryError",
                code,
                f"Invalid resource in FROM: '{query.resource}'.",
            )
        if table == "click_view" and query.days() != 1:
            code = "INVALID_VALUE_WITH_BETWEEN_OPERATOR"
            raise GoogleAdsError(
                400,
                "queryError",
                code,
                "Queries of CLICK_VIEW must have a filter of a single day.",
            )
        frame = self._fields(customer_id, table, query.resource, fields)
        return self._with_attributed(customer_id, frame, query)

    def _with_attributed(self, customer_id: str, frame: pl.LazyFrame, query: GaqlQuery) -> pl.LazyFrame:
        """Adds the fields of the campaign and the ad group that a row belongs to, where they are asked for."""
        for resource in ("campaign", "ad_group"):
            held = frame.collect_schema()
            if any(f.startswith(f"{resource}.") and f not in held for f in query.fields):
                table, fields = _ENTITIES[resource]
                other = self._fields(customer_id, table, resource, fields)
                new = [c for c in other.collect_schema() if c.startswith(f"{resource}.") and c not in held]
                key = f"{resource}.id"
                if key in held:
                    frame = frame.join(
                        other.select(key, *new),
                        on=key,
                        how="left",
                        maintain_order="left",
                    )
        return frame

    def _fields(self, customer_id: str, table: str, resource: str, fields: dict[str, str]) -> pl.LazyFrame:
        """A table's rows of a customer with a column per GAQL field; prepared once."""
        key = (customer_id, table, resource)
        if key not in self._held:
            self._held[key] = self._prepared(customer_id, table, resource, fields)
        return self._held[key].lazy()

    def _prepared(self, customer_id: str, table: str, resource: str, fields: dict[str, str]) -> pl.DataFrame:
        stored = self._merchant.frame("google_ads", table).filter(pl.col("customer_id") == customer_id).collect()
        columns = []
        for name, kind in stored.schema.items():
            target = fields.get(name) or ("customer.id" if name == "customer_id" else _COMMON.get(name))
            columns.append(_wire(name, kind).alias(target or f"{resource}.{name}"))
        if table == "keywords":
            columns.append(pl.lit("KEYWORD").alias("ad_group_criterion.type"))
            columns.append(pl.lit(False).alias("ad_group_criterion.negative"))
        return stored.select(columns)


def resource_name(resource: str, columns: pl.Schema) -> pl.Expr | None:
    """A resource's name from its ids; None where the result does not hold them."""
    parts = _NAMES[resource]
    fields = [part for part in parts if _is_field(part)]
    if not all(field in columns for field in fields):
        return None
    return pl.concat_str(pl.col(part).cast(pl.String) if _is_field(part) else pl.lit(part) for part in parts)


def _is_field(part: str) -> bool:
    return "." in part


def _wire(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if name == "final_url":
        return pl.when(column.is_not_null()).then(pl.concat_list(column))
    if name == "headlines":
        texts = column.str.json_decode(pl.List(pl.String))
        return texts.list.eval(pl.struct(pl.element().alias("text")))
    if name == "date":
        return column.dt.to_string("%Y-%m-%d")
    if name == "quality_score" or kind == pl.Float64:
        return column
    return column.cast(pl.String)


def _aggregated(frame: pl.LazyFrame, query: GaqlQuery) -> pl.LazyFrame:
    """Metrics summed over the segments that were not asked for; rows in a stable order."""
    metrics = [f for f in query.fields if f.startswith("metrics.")]
    if not metrics:
        return frame
    kept = [c for c in frame.collect_schema() if not c.startswith("metrics.")]
    unasked = [c for c in kept if c.startswith("segments.") and c not in query.fields]
    if not unasked:
        return frame
    schema = frame.collect_schema()
    sums = [
        pl.col(m).mean()
        if m == "metrics.search_impression_share"
        else pl.col(m).sum()
        if schema[m] == pl.Float64
        else pl.col(m).cast(pl.Int64).sum().cast(pl.String)
        for m in metrics
    ]
    return frame.group_by([c for c in kept if c not in unasked], maintain_order=True).agg(sums)
