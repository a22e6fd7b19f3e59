"""Routes of TikTok's API: the header, pages by number, deleted objects by filter, errors inside of HTTP 200."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
import polars as pl
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from demo.merchant import Merchant
from demo.vendors.wire import page_overlap, plain_decimal

NAME = "tiktok_ads"
ACCESS_TOKEN = "demo-token-tiktok"
LONGEST_DAYS = 30
_LARGEST_PAGE = 1_000
_OBJECTS = {"AUCTION_ADVERTISER": ("advertiser_id",), "AUCTION_CAMPAIGN": ("campaign_id",), "AUCTION_AD": ("ad_id",)}
"""Dimensions beside the day, by level."""
_ADDITIVE = {"spend", "impressions", "clicks", "video_watched_2s"}
_TIME = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class TikTokBehaviour:
    """How the server behaves where TikTok's behaviour varies.

    Attributes:
        failing: each code is answered once, in this order, before anything else.
        unavailable: metrics that are sent as "-".
    """

    failing: tuple[int, ...] = ()
    unavailable: tuple[str, ...] = ()


class TikTokError(Exception):
    """Refuses a request with a code."""

    def __init__(self, code: int, message: str) -> None:
        self.code = code
        super().__init__(message)


def routes(merchant: Merchant, behaviour: TikTokBehaviour | None = None) -> list[Route]:
    """TikTok's routes over a merchant.

    Args:
        merchant: whose advertisers are served.
        behaviour: what varies; None: as TikTok usually is.
    """
    api = _Api(merchant, behaviour or TikTokBehaviour())
    handlers = {
        "advertiser/info": api.advertisers,
        "campaign/get": api.listing("campaigns", "CAMPAIGN"),
        "adgroup/get": api.listing("ad_groups", "ADGROUP"),
        "ad/get": api.listing("ads", "AD"),
        "report/integrated/get": api.report,
    }
    return [Route(f"/open_api/v1.3/{path}/", api.answering(handler)) for path, handler in handlers.items()]


class _Api:
    def __init__(self, merchant: Merchant, behaviour: TikTokBehaviour) -> None:
        self._merchant = merchant
        self._behaviour = behaviour
        self._failing = list(behaviour.failing)

    def answering(self, handler: Callable[[Request], dict[str, Any]]) -> Callable[[Request], Response]:
        """The handler in TikTok's envelope."""

        def answer(request: Request) -> Response:
            try:
                self._refuse(request)
                envelope = {"code": 0, "message": "OK", "request_id": "demo", "data": handler(request)}
            except TikTokError as error:
                envelope = {"code": error.code, "message": str(error), "request_id": "demo", "data": {}}
            return Response(orjson.dumps(envelope), media_type="application/json")

        return answer

    def advertisers(self, request: Request) -> dict[str, Any]:
        """The advertisers asked."""
        asked = _listed(request, "advertiser_ids")
        found = self._merchant.frame(NAME, "advertisers").filter(pl.col("advertiser_id").is_in(asked)).collect()
        if found.height < len(asked):
            raise TikTokError(40001, "No permission to operate the advertiser")
        return {"list": found.select(_listed(request, "fields")).to_dicts()}

    def listing(self, table: str, kind: str) -> Callable[[Request], dict[str, Any]]:
        """Objects of an advertiser: the deleted ones for whoever asks for them, else the others."""

        def answer(request: Request) -> dict[str, Any]:
            status = json.loads(request.query_params.get("filtering", "{}")).get("primary_status")
            is_deleted = pl.col("secondary_status") == f"{kind}_STATUS_DELETE"
            mine = self._merchant.frame(NAME, table).filter(pl.col("advertiser_id") == self._advertiser(request))
            rows = mine.filter(is_deleted if status == "STATUS_DELETE" else ~is_deleted).collect()
            times = pl.col(pl.Datetime("us", "UTC")).dt.strftime(_TIME)
            sent = rows.with_columns(times, pl.col(pl.Decimal).cast(pl.Float64))
            return _page(request, sent.select(_listed(request, "fields")).to_dicts())

        return answer

    def report(self, request: Request) -> dict[str, Any]:
        """Rows by ad and day; every value is text, and what is unknown is "-"."""
        first, last = (date.fromisoformat(request.query_params[name]) for name in ("start_date", "end_date"))
        dimensions, metrics = _listed(request, "dimensions"), _listed(request, "metrics")
        if (last - first).days >= LONGEST_DAYS and "stat_time_day" in dimensions:
            raise TikTokError(40002, f"The time span must be within {LONGEST_DAYS} days")
        if dimensions != [*_OBJECTS.get(request.query_params["data_level"], ()), "stat_time_day"]:
            raise TikTokError(40002, "data_level does not fit the dimensions")
        mine = pl.col("advertiser_id") == self._advertiser(request)
        rows = self._merchant.frame(NAME, "ad_reports")
        if unknown := [name for name in (*dimensions, *metrics) if name not in rows.collect_schema()]:
            raise TikTokError(40002, f"Invalid metric fields: {unknown}")
        found = rows.filter(mine, pl.col("stat_time_day").is_between(first, last)).sort("stat_time_day", "ad_id")
        if "ad_id" not in dimensions:
            sums = pl.col(set(metrics) & _ADDITIVE).sum()
            found = found.group_by(dimensions, maintain_order=True).agg(sums)
        texts = (
            found.collect()
            .with_columns(
                pl.col("stat_time_day").dt.strftime("%Y-%m-%d 00:00:00"),
                *(
                    plain_decimal(pl.col(name))
                    for name in sorted({"spend", "total_complete_payment_rate"} & set(metrics))
                ),
            )
            .with_columns(pl.lit("-").alias(name) for name in self._behaviour.unavailable)
        )
        groups = (pl.struct(pl.col(names).cast(pl.String)) for names in (dimensions, metrics))
        return _page(request, texts.select(dimensions=next(groups), metrics=next(groups)).to_dicts())

    def _refuse(self, request: Request) -> None:
        if request.headers.get("access-token") != ACCESS_TOKEN:
            raise TikTokError(40105, "Access token is incorrect or has been revoked.")
        if self._failing:
            raise TikTokError(self._failing.pop(0), "Too many requests. Please retry in some time.")

    def _advertiser(self, request: Request) -> str:
        asked = request.query_params["advertiser_id"]
        if self._merchant.frame(NAME, "advertisers").filter(pl.col("advertiser_id") == asked).collect().is_empty():
            raise TikTokError(40001, "No permission to operate the advertiser")
        return asked


def _listed(request: Request, name: str) -> list[str]:
    """A parameter of several values: JSON text, or, as the vendor's own client sends it, one value each."""
    values = request.query_params.getlist(name)
    return list(json.loads(values[0])) if len(values) == 1 and values[0].startswith("[") else values


def _page(request: Request, rows: list[dict[str, Any]]) -> dict[str, Any]:
    number, size = (int(request.query_params.get(name, value)) for name, value in (("page", 1), ("page_size", 10)))
    if size > _LARGEST_PAGE:
        raise TikTokError(40002, f"page_size: must be at most {_LARGEST_PAGE}")
    start = (number - 1) * size
    pages = -(-len(rows) // size)
    info = {"page": number, "page_size": size, "total_number": len(rows), "total_page": pages}
    return {"list": rows[max(0, start - page_overlap(request)) : start + size], "page_info": info}
