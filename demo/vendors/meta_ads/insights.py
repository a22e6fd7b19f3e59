"""Insights in Meta's shape: text numbers, zeros left out, actions as lists with a member per window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import orjson
import polars as pl

from demo.merchant import Merchant
from demo.vendors.meta_ads.errors import GraphError
from demo.vendors.wire import plain_decimal

TABLE_BY_BREAKDOWNS = {
    frozenset[str](): "ad_insights",
    frozenset({"age", "gender"}): "ad_insights_age_gender",
    frozenset({"country"}): "ad_insights_country",
    frozenset({"publisher_platform", "platform_position", "impression_device"}): "ad_insights_placement",
}
KEYS = {
    "account": ["account_id", "date_start"],
    "campaign": ["account_id", "date_start", "campaign_id"],
    "ad": ["account_id", "date_start", "ad_id"],
}
"""What a row is of, by level."""
WINDOWS = ("1d_click", "7d_click", "28d_click", "1d_view")
_REMOVED_WINDOWS = ("7d_view", "28d_view")
_ALWAYS_SENT = ("date_start", "date_stop")
_KEY = ("account_id", "date_start", "ad_id")
_COUNTS = ("impressions", "reach", "clicks", "inline_link_clicks")


@dataclass(frozen=True)
class InsightsQuery:
    """What a request for insights asks.

    Attributes:
        account_id: digits only.
        level: account, campaign or ad.
        first: first day.
        last: last day, included.
        fields: members of a row.
        breakdowns: members of a row beside them.
        windows: attribution windows of actions beside ``value``.
        statuses: effective statuses of the ads; empty: of those that are neither deleted nor archived.
    """

    account_id: str
    level: str
    first: date
    last: date
    fields: tuple[str, ...]
    breakdowns: tuple[str, ...]
    windows: tuple[str, ...]
    statuses: tuple[str, ...] = ()


def parse(account_id: str, parameters: Mapping[str, str]) -> InsightsQuery:
    """A request's parameters.

    Raises:
        GraphError: something that Meta refuses, or that this server does not serve.
    """
    level = parameters.get("level", "")
    if level not in KEYS or parameters.get("time_increment") != "1":
        raise GraphError(100, f"Only level={'|'.join(KEYS)} with time_increment=1 is served here")
    if "time_range" not in parameters:
        raise GraphError(100, "Param time_range is required here")
    filtering = orjson.loads(parameters.get("filtering", "[]"))
    if any((each["field"], each["operator"]) != ("ad.effective_status", "IN") for each in filtering):
        raise GraphError(100, "Param filtering is served here for ad.effective_status IN only")
    statuses = tuple(status for each in filtering for status in each["value"])
    span = orjson.loads(parameters["time_range"])
    windows = tuple(orjson.loads(parameters.get("action_attribution_windows", "[]")))
    for window in windows:
        if window in _REMOVED_WINDOWS or window not in WINDOWS:
            raise GraphError(100, f"Param action_attribution_windows: {window} is not a valid value")
    breakdowns = tuple(_list(parameters.get("breakdowns", "[]")))
    if frozenset(breakdowns) not in TABLE_BY_BREAKDOWNS or (breakdowns and level != "ad"):
        raise GraphError(
            100,
            f"Current combination of data breakdown columns {', '.join(breakdowns)} is invalid",
        )
    first, last = date.fromisoformat(span["since"]), date.fromisoformat(span["until"])
    if last < first:
        raise GraphError(100, "The start date of the time range cannot be later than the end date")
    return InsightsQuery(account_id, level, first, last, fields_of(parameters), breakdowns, windows, statuses)


def fields_of(parameters: Mapping[str, str]) -> tuple[str, ...]:
    """The ``fields`` parameter: names with commas (GET) or a JSON list (POST); nested selections lose their braces."""
    return tuple(name.partition("{")[0].strip() for name in _list(parameters.get("fields", "")) if name.strip())


class Insights:
    """A merchant's insights, prepared when first asked."""

    def __init__(self, merchant: Merchant) -> None:
        self._merchant = merchant
        self._frames: dict[str, pl.DataFrame] = {}

    def answer(self, query: InsightsQuery) -> pl.DataFrame:
        """Rows of an answer, in a stable order.

        Raises:
            GraphError: an unknown field.
        """
        if query.level == "ad":
            frame = self._listed(self._frame(TABLE_BY_BREAKDOWNS[frozenset(query.breakdowns)]), query.statuses)
        else:
            frame = self._totals(query.level)
        wanted = [c for c in dict.fromkeys((*_ALWAYS_SENT, *query.fields, *query.breakdowns))]
        for field in wanted:
            if field not in frame.columns:
                raise GraphError(100, f"{field} is not valid for fields param")
        rows = frame.filter(
            pl.col("account_id") == query.account_id,
            pl.col("date_start").is_between(pl.lit(query.first.isoformat()), pl.lit(query.last.isoformat())),
        )
        actions = [c for c in ("actions", "action_values") if c in wanted]
        return rows.select(wanted).with_columns(_stats(c, query.windows) for c in actions)

    def _listed(self, rows: pl.DataFrame, statuses: Sequence[str]) -> pl.DataFrame:
        """The rows of ads that are listed with one of the statuses: what was purged is in the totals alone."""
        ads = self._merchant.frame("meta_ads", "ads").collect()
        status = pl.col("effective_status")
        found = ads.filter(status.is_in(statuses) if statuses else ~status.is_in(["DELETED", "ARCHIVED"]))
        return rows.join(found.select("account_id", ad_id="id"), on=["account_id", "ad_id"], how="semi")

    def _totals(self, level: str) -> pl.DataFrame:
        if level not in self._frames:
            stored = self._merchant.frame("meta_ads", "ad_insights").collect()
            counted = (*_COUNTS, "spend", "outbound_clicks", "video_plays_3s")
            reach = pl.col("reach").max()
            rows = stored.group_by(KEYS[level], maintain_order=True).agg(
                pl.col("account_currency").first(),
                *(pl.col(c).sum() for c in counted if c != "reach"),
                reach,
                (pl.col("impressions").sum() / reach).alias("frequency"),
            )
            plays = pl.when(pl.col("video_plays_3s") > 0).then(pl.concat_list(_video_view()))
            self._frames[level] = _sent(rows.sort(KEYS[level]).with_columns(_dates()).with_columns(actions=plays))
        return self._frames[level]

    def _frame(self, table: str) -> pl.DataFrame:
        if table not in self._frames:
            self._frames[table] = self._prepare(table)
        return self._frames[table]

    def _prepare(self, table: str) -> pl.DataFrame:
        stored = self._merchant.frame("meta_ads", table).collect()
        breakdowns = next(key for key, name in TABLE_BY_BREAKDOWNS.items() if name == table)
        base = stored.sort("date_start", "ad_id", *sorted(breakdowns)).with_columns(_dates())
        if table == "ad_insights":
            base = base.join(self._actions_by_ad, on=_KEY, how="left", maintain_order="left")
        else:
            plays = pl.when(pl.col("video_plays_3s") > 0).then(pl.concat_list(_video_view()))
            base = base.with_columns(actions=plays, action_values=pl.lit(None, pl.List(_STATS)))
        return _sent(base.rename({"ad_set_id": "adset_id"}))

    @cached_property
    def _actions_by_ad(self) -> pl.DataFrame:
        """One row per ad and day: a list of action stats per field."""
        plays = self._merchant.frame("meta_ads", "ad_insights").select(
            *_KEY,
            value=pl.col("video_plays_3s").cast(pl.Decimal(18, 6)),
            field=pl.lit("actions"),
            action_type=pl.lit("video_view"),
            attribution_window=pl.lit("value"),
        )
        actions = self._merchant.frame("meta_ads", "ad_insight_actions")
        stored = pl.concat([actions, plays], how="diagonal").filter(pl.col("value") != 0)
        names = ("value", *WINDOWS)
        by_type = stored.group_by(*_KEY, "field", "action_type").agg(
            plain_decimal(pl.col("value").filter(pl.col("attribution_window") == name).first()).alias(name)
            for name in names
        )
        listed = (
            by_type.sort(*_KEY, "field", "action_type")
            .group_by(*_KEY, "field", maintain_order=True)
            .agg(pl.struct("action_type", *names).alias("stats"))
        )
        fields = [listed.filter(pl.col("field") == f).select(*_KEY, pl.col("stats").alias(f)) for f in _ACTION_FIELDS]
        joined = fields[0].join(fields[1], on=_KEY, how="full", coalesce=True)
        return joined.with_columns(_date_text("date_start")).collect()


_METRICS = (*_COUNTS, "frequency", "spend", "outbound_clicks", "video_plays_3s")
_ACTION_FIELDS = ("actions", "action_values")
_STATS = pl.Struct({name: pl.String for name in ("action_type", "value", *WINDOWS)})


def _sent(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        pl.exclude(_METRICS),
        *(_text_unless_zero(c, pl.col(c).cast(pl.String)) for c in (*_COUNTS, "frequency")),
        _text_unless_zero("spend", plain_decimal(pl.col("spend"))),
        pl.when(pl.col("outbound_clicks") > 0)
        .then(pl.concat_list(_stat("outbound_click", "outbound_clicks")))
        .alias("outbound_clicks"),
    )


def _dates() -> list[pl.Expr]:
    return [_date_text("date_start"), _date_text("date_start").alias("date_stop")]


def _stats(column: str, windows: Sequence[str]) -> pl.Expr:
    """The action stats with the windows that were asked only."""
    kept = ["action_type", "value", *windows]
    return pl.col(column).list.eval(pl.struct(pl.element().struct.field(name) for name in kept))


def _video_view() -> pl.Expr:
    return _stat("video_view", "video_plays_3s", *WINDOWS)


def _stat(action_type: str, count: str, *empty: str) -> pl.Expr:
    nothing = [pl.lit(None, pl.String).alias(name) for name in empty]
    return pl.struct(
        pl.lit(action_type).alias("action_type"),
        pl.col(count).cast(pl.String).alias("value"),
        *nothing,
    )


def _text_unless_zero(column: str, as_text: pl.Expr) -> pl.Expr:
    return pl.when(pl.col(column) != 0).then(as_text).alias(column)


def _date_text(column: str) -> pl.Expr:
    return pl.col(column).dt.to_string("%Y-%m-%d")


def _list(value: str) -> list[str]:
    parsed = orjson.loads(value) if value.startswith("[") else value.split(",")
    return [str(item) for item in parsed]
