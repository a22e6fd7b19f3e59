"""Daily insights by account, campaign and ad: what is asked of Meta, and how its rows become ours.

Meta sends every metric as text, leaves out the ones that are zero, and leaves out what had no delivery. A report by ad
holds deleted and archived ads only where their status is asked for, and not for ever; the account's total has them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import orjson
import polars as pl

from ingestion.contract import RawTable
from ingestion.kit.arrow import typed
from ingestion.kit.windows import DateWindow
from ingestion.source import Rows
from ingestion.sources.meta_ads.entities import AD_STATUSES
from ingestion.sources.meta_ads.settings import NAME
from ingestion.sources.meta_ads.tables import (
    ACCOUNT_INSIGHTS,
    AD_INSIGHT_ACTIONS,
    AD_INSIGHTS,
    AD_INSIGHTS_AGE_GENDER,
    AD_INSIGHTS_COUNTRY,
    AD_INSIGHTS_PLACEMENT,
    CAMPAIGN_INSIGHTS,
)

WINDOWS = ("1d_click", "7d_click", "28d_click", "1d_view")
"""The attribution windows that Meta still has: 7d_view and 28d_view ended on 2026-01-12."""

VIDEO_VIEW = "video_view"
"""Meta's name for a play of at least 3 seconds."""

_OBJECTS = {
    "account": (),
    "campaign": ("campaign_id",),
    "ad": ("campaign_id", "adset_id", "ad_id", "attribution_setting"),
}
"""Fields of the object that a row is of, by level."""
_SCALARS = (
    "account_id",
    "account_currency",
    "impressions",
    "reach",
    "frequency",
    "spend",
    "clicks",
    "inline_link_clicks",
)
_COUNTS = ("impressions", "clicks", "inline_link_clicks", "spend")
_ACTION_FIELDS = ("actions", "action_values")
_DATE = pl.col("date_start").str.to_date("%Y-%m-%d")
_STATS = pl.List(pl.Struct({name: pl.String for name in ("action_type", "value", *WINDOWS)}))


@dataclass(frozen=True)
class Report:
    """One insights report.

    Attributes:
        table: where its rows land.
        level: account, campaign or ad: what a row is of, with its day.
        breakdowns: dimensions beside them.
        has_actions: whether actions land too, by attribution window.
    """

    table: RawTable
    level: str = "ad"
    breakdowns: tuple[str, ...] = ()
    has_actions: bool = False

    @property
    def tables(self) -> tuple[RawTable, ...]:
        """Every table that the report fills."""
        return (self.table, AD_INSIGHT_ACTIONS) if self.has_actions else (self.table,)

    @property
    def row(self) -> pl.Struct:
        """Type of one row of the answer."""
        scalars = {name: pl.String for name in (*self._fields, "date_start", *self.breakdowns)}
        return pl.Struct(scalars | {name: _STATS for name in ("outbound_clicks", *_ACTION_FIELDS)})

    @property
    def _fields(self) -> tuple[str, ...]:
        return (*_OBJECTS[self.level], *_SCALARS)

    def form(self, window: DateWindow) -> dict[str, str]:
        """The request's parameters; lists and objects are JSON text.

        Args:
            window: days in the account's time zone.
        """
        fields = [*self._fields, "outbound_clicks", "actions"]
        form = {
            "level": self.level,
            "time_increment": "1",
            "time_range": _json({"since": window.first.isoformat(), "until": window.last.isoformat()}),
            "action_breakdowns": _json(["action_type"]),
            "action_report_time": "mixed",
            "use_unified_attribution_setting": "true",
        }
        if self.level == "ad":
            every = {"field": "ad.effective_status", "operator": "IN", "value": AD_STATUSES}
            form["filtering"] = _json([every])
        if self.breakdowns:
            form["breakdowns"] = _json(self.breakdowns)
        if self.has_actions:
            fields.append("action_values")
            form["action_attribution_windows"] = _json(WINDOWS)
        return form | {"fields": _json(fields)}

    def batches(self, page: pl.DataFrame) -> Iterator[Rows]:
        """Rows of an answer's page in the tables' schemas.

        Raises:
            SourceError: a value has an unexpected type.
        """
        yield Rows(self.table, typed(NAME, self.table, page, *_metrics(), *self._renamed()))
        if self.has_actions:
            for field in _ACTION_FIELDS:
                yield Rows(AD_INSIGHT_ACTIONS, typed(NAME, AD_INSIGHT_ACTIONS, _by_window(page, field), _DATE))

    def _renamed(self) -> list[pl.Expr]:
        return [pl.col("adset_id").alias("ad_set_id")] if self.level == "ad" else []


REPORTS = (
    Report(ACCOUNT_INSIGHTS, "account"),
    Report(CAMPAIGN_INSIGHTS, "campaign"),
    Report(AD_INSIGHTS, has_actions=True),
    Report(AD_INSIGHTS_AGE_GENDER, breakdowns=("age", "gender")),
    Report(AD_INSIGHTS_COUNTRY, breakdowns=("country",)),
    Report(AD_INSIGHTS_PLACEMENT, breakdowns=("publisher_platform", "platform_position", "impression_device")),
)


def _metrics() -> list[pl.Expr]:
    """A metric that was left out is zero; reach and frequency only where nothing was shown.

    Meta also leaves out reach and frequency where it no longer computes them (breakdowns of old dates), and missing
    is then not zero.
    """
    nothing_shown = pl.col("impressions").fill_null("0") == "0"
    return [
        _DATE,
        pl.col(_COUNTS).fill_null("0"),
        *(pl.when(nothing_shown).then(pl.col(c).fill_null("0")).otherwise(c).alias(c) for c in ("reach", "frequency")),
        _count_of("outbound_clicks", "outbound_click").alias("outbound_clicks"),
        _count_of("actions", VIDEO_VIEW).alias("video_plays_3s"),
    ]


def _count_of(field: str, action_type: str) -> pl.Expr:
    of_type = pl.element().struct.field("action_type") == action_type
    count = pl.when(of_type).then(pl.element().struct.field("value").cast(pl.Int64))
    return pl.col(field).list.eval(count).list.sum().fill_null(0)


def _by_window(page: pl.DataFrame, field: str) -> pl.DataFrame:
    """One row per action type and window; windows that Meta left out are zero and stay out.

    Video views have a column of their own in the insights tables and land there only.
    """
    actions = (
        page.select("account_id", "date_start", "ad_id", field)
        .explode(field, empty_as_null=False)
        .drop_nulls(field)
        .unnest(field)
        .filter(pl.col("action_type") != VIDEO_VIEW)
    )
    by_window = actions.unpivot(
        on=["value", *WINDOWS],
        index=["account_id", "date_start", "ad_id", "action_type"],
        variable_name="attribution_window",
        value_name="amount",
    )
    return by_window.drop_nulls("amount").rename({"amount": "value"}).with_columns(field=pl.lit(field))


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
