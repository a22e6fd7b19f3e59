"""Routes of the Data API: grants, reports over the merchant's tables, quotas, and what an answer says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

import orjson
import polars as pl
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from demo.merchant import Merchant
from demo.vendors.wire import page_overlap, plain_decimal
from ingestion.kit.fields import camel
from ingestion.sources.ga4.tables import QUALITY, TABLES

NAME = "ga4"
REFRESH_TOKEN = "demo-token-analytics"
_ACCESS_TOKEN = "demo-access-analytics"
_DEFAULT_LIMIT, _LARGEST_LIMIT = 10_000, 250_000
_TYPES: dict[type[pl.DataType], str] = {pl.Int64: "TYPE_INTEGER", pl.Float64: "TYPE_FLOAT"}
_REPORTS = {
    frozenset(camel(name) for name in table.key[1:]): table
    for table in TABLES
    if table.key[:2] == ("property_id", "date")
}
"""The table that answers for a set of dimensions."""


@dataclass(frozen=True)
class Ga4Behaviour:
    """How the server behaves where Google's behaviour varies.

    Attributes:
        refusing: messages with which the first requests are refused as RESOURCE_EXHAUSTED, one each.
        thresholded: whether answers say that rows of few users were left out.
    """

    refusing: tuple[str, ...] = ()
    thresholded: bool = False


class AnalyticsError(Exception):
    """Refuses a request."""

    def __init__(self, code: int, status: str, message: str) -> None:
        self.code = code
        self.status = status
        super().__init__(message)


def routes(merchant: Merchant, behaviour: Ga4Behaviour | None = None) -> list[Route]:
    """Google Analytics' routes over a merchant.

    Args:
        merchant: whose properties are served.
        behaviour: what varies; None: as Google usually is.
    """
    api = _Api(merchant, behaviour or Ga4Behaviour())
    return [
        Route("/analytics/token", api.token, methods=["POST"]),
        Route("/v1beta/properties/{property_id}:runReport", api.run_report, methods=["POST"]),
    ]


class _Api:
    def __init__(self, merchant: Merchant, behaviour: Ga4Behaviour) -> None:
        self._merchant = merchant
        self._behaviour = behaviour
        self._refusing = list(behaviour.refusing)

    async def token(self, request: Request) -> Response:
        """An access token for the refresh token."""
        form = dict(parse_qsl((await request.body()).decode()))
        if form.get("refresh_token") != REFRESH_TOKEN:
            return _json({"error": "invalid_grant", "error_description": "Bad Request"}, 400)
        return _json({"access_token": _ACCESS_TOKEN, "expires_in": 3599, "token_type": "Bearer"})

    async def run_report(self, request: Request) -> Response:
        """A report, or the refusal of one."""
        body = orjson.loads(await request.body())
        try:
            self._refuse(request)
            return _json(await run_in_threadpool(self._report, request, body))
        except AnalyticsError as error:
            return _json({"error": {"code": error.code, "message": str(error), "status": error.status}}, error.code)

    def _report(self, request: Request, asked: dict[str, Any]) -> dict[str, Any]:
        dimensions, metrics = ([one["name"] for one in asked.get(name, [])] for name in ("dimensions", "metrics"))
        known = self._property(str(request.path_params["property_id"]))
        table = _REPORTS.get(frozenset(dimensions))
        names = {camel(column.name): column.name for column in table.columns} if table else {}
        if table is None or any(name not in names or names[name] in QUALITY for name in metrics):
            raise AnalyticsError(400, "INVALID_ARGUMENT", "The dimensions and metrics are incompatible")
        window = asked["dateRanges"][0]
        first, last = (date.fromisoformat(window[end]) for end in ("startDate", "endDate"))
        mine = (pl.col("property_id") == known["property_id"]) & pl.col("date").is_between(first, last)
        order = [names[one["dimension"]["dimensionName"]] for one in asked.get("orderBys", [])] or list(table.key[1:])
        rows = self._merchant.frame(NAME, table.name).filter(mine).sort(order).collect()
        limit, offset = int(asked.get("limit") or _DEFAULT_LIMIT), int(asked.get("offset") or 0)
        start = max(0, offset - page_overlap(request))
        page = _texts(rows.slice(start, min(limit, _LARGEST_LIMIT) + offset - start))
        answer: dict[str, Any] = {
            "dimensionHeaders": [{"name": name} for name in dimensions],
            "metricHeaders": [
                {"name": name, "type": _TYPES.get(type(rows.schema[names[name]]), "TYPE_CURRENCY")} for name in metrics
            ],
            "metadata": self._metadata(known, rows),
            "kind": "analyticsData#runReport",
        }
        if rows.height:
            answer |= {"rows": _members(page, [names[d] for d in dimensions], [names[m] for m in metrics])}
            answer |= {"rowCount": rows.height}
        return answer

    def _metadata(self, known: dict[str, Any], rows: pl.DataFrame) -> dict[str, Any]:
        """Of the whole answer: one row that was left out is said of all."""
        thresholded = self._behaviour.thresholded or rows["is_thresholded"].any()
        metadata = {"currencyCode": known["currency_code"], "timeZone": known["time_zone"]}
        return metadata | ({"subjectToThresholding": True} if thresholded else {})

    def _property(self, property_id: str) -> dict[str, Any]:
        found = self._merchant.frame(NAME, "properties").filter(pl.col("property_id") == property_id).collect()
        if found.is_empty():
            raise AnalyticsError(403, "PERMISSION_DENIED", "User does not have sufficient permissions.")
        return found.row(0, named=True)

    def _refuse(self, request: Request) -> None:
        if request.headers.get("authorization") != f"Bearer {_ACCESS_TOKEN}":
            raise AnalyticsError(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        if self._refusing:
            raise AnalyticsError(429, "RESOURCE_EXHAUSTED", self._refusing.pop(0))


def _texts(rows: pl.DataFrame) -> pl.DataFrame:
    """Every value as text, dates without hyphens."""
    amounts = [name for name, kind in rows.schema.items() if isinstance(kind, pl.Decimal)]
    return rows.with_columns(
        pl.col("date").dt.strftime("%Y%m%d"), *(plain_decimal(pl.col(name)) for name in amounts)
    ).cast(pl.String)


def _members(rows: pl.DataFrame, dimensions: list[str], metrics: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "dimensionValues": [{"value": row[name]} for name in dimensions],
            "metricValues": [{"value": row[name]} for name in metrics],
        }
        for row in rows.iter_rows(named=True)
    ]


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
