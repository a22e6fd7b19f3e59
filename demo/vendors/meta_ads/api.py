"""Routes of Meta's API: authorisation, nodes, edges, cursor pages, report runs."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl

import orjson
import polars as pl
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from demo.merchant import Merchant
from demo.vendors.meta_ads import structure
from demo.vendors.meta_ads.errors import GraphError, too_much_data, unknown_object
from demo.vendors.meta_ads.insights import (
    Insights,
    InsightsQuery,
    fields_of,
    parse,
)
from demo.vendors.wire import page_overlap, rows_without_nulls

ACCESS_TOKEN = "demo-token-meta"
APP_SECRET = "demo-secret-meta"
RETENTION_MONTHS = 37
_DEFAULT_LIMIT = 25


@dataclass(frozen=True)
class MetaBehaviour:
    """How the server behaves where Meta's behaviour varies.

    Attributes:
        polls: how often a report run is seen unfinished before it is completed.
        rows_per_run: a run with more rows ends as Job Failed.
        rows_per_page: a page with a greater limit is refused as too much data.
        expired_runs: the first so many runs end as Job Skipped.
    """

    polls: int = 2
    rows_per_run: int = 250_000
    rows_per_page: int = 5_000
    expired_runs: int = 0


def routes(
    merchant: Merchant,
    as_of: datetime | None = None,
    behaviour: MetaBehaviour | None = None,
) -> list[Route]:
    """Meta's routes over a merchant.

    Args:
        merchant: whose accounts are served.
        as_of: the server's now (UTC), from which retention counts; None: nothing is too old.
        behaviour: what varies; None: as Meta usually is.
    """
    graph = _Graph(merchant, as_of, behaviour or MetaBehaviour())
    return [
        Route("/v26.0/{node}", graph.handler(graph.node), methods=["GET"]),
        Route("/v26.0/{node}/", graph.handler(graph.node), methods=["GET"]),
        Route("/v26.0/{node}/{edge}", graph.handler(graph.edge), methods=["GET"]),
        Route("/v26.0/{node}/insights", graph.handler(graph.start_run), methods=["POST"]),
    ]


@dataclass
class _Run:
    query: InsightsQuery
    number: int
    polls: int = 0
    rows: pl.DataFrame | None = None


class _Graph:
    def __init__(self, merchant: Merchant, as_of: datetime | None, behaviour: MetaBehaviour) -> None:
        self._merchant = merchant
        self._as_of = as_of
        self._behaviour = behaviour
        self._insights = Insights(merchant)
        self._runs: dict[str, _Run] = {}
        self._numbers = itertools.count(1)
        self._calls = itertools.count(1)

    def handler(
        self, answer: Callable[[Request, Mapping[str, str]], Response]
    ) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint that authorises, turns errors into answers and reports usage."""

        async def endpoint(request: Request) -> Response:
            form = parse_qsl((await request.body()).decode(), keep_blank_values=True)
            parameters = {**request.query_params, **dict(form)}
            try:
                _authorise(request, parameters)
                response = answer(request, parameters)
            except GraphError as error:
                response = error.response()
            response.headers.update(self._usage(request))
            return response

        return endpoint

    def node(self, request: Request, parameters: Mapping[str, str]) -> Response:
        """An account or a report run by its id."""
        node = request.path_params["node"]
        if node in self._runs:
            return JSONResponse(self._poll(node))
        accounts = structure.accounts(self._merchant).filter(pl.col("id") == node)
        if accounts.is_empty():
            raise unknown_object(node)
        body = rows_without_nulls(_selected(accounts, fields_of(parameters)))
        return _json(body[1:-1])

    def edge(self, request: Request, parameters: Mapping[str, str]) -> Response:
        """A collection of a node."""
        node, edge = request.path_params["node"], request.path_params["edge"]
        if node in self._runs and edge == "insights":
            return self._page(request, self._rows(self._completed(node)), parameters)
        if (node, edge) == ("me", "adaccounts"):
            frame = structure.accounts(self._merchant)
        elif edge == "insights":
            return self._page(
                request,
                self._insights.answer(self._query(node, parameters)),
                parameters,
            )
        elif edge in structure.EDGES:
            frame = structure.filtered(structure.objects(self._merchant, edge, self._account(node)), parameters)
        else:
            raise unknown_object(f"{node}/{edge}")
        return self._page(request, _selected(frame, fields_of(parameters)), parameters)

    def start_run(self, request: Request, parameters: Mapping[str, str]) -> Response:
        """Takes a report run."""
        query = self._query(request.path_params["node"], parameters)
        number = next(self._numbers)
        run_id = str(6_000_000_000_000 + number)
        self._runs[run_id] = _Run(query, number)
        return JSONResponse({"report_run_id": run_id})

    def _query(self, node: str, parameters: Mapping[str, str]) -> InsightsQuery:
        query = parse(self._account(node)["account_id"], parameters)
        if self._as_of is not None and query.first < _oldest_day(self._as_of.date()):
            raise GraphError(
                3018,
                "The start date of the time range cannot be beyond 37 months from the current date",
            )
        return query

    def _account(self, node: str) -> dict[str, Any]:
        found = structure.accounts(self._merchant).filter(pl.col("id") == node)
        if found.is_empty():
            raise unknown_object(node)
        return found.row(0, named=True)

    def _poll(self, run_id: str) -> dict[str, Any]:
        run = self._runs[run_id]
        run.polls += 1
        status, percent = self._state(run)
        return {
            "id": run_id,
            "account_id": run.query.account_id,
            "date_start": run.query.first.isoformat(),
            "date_stop": run.query.last.isoformat(),
            "async_status": status,
            "async_percent_completion": percent,
            "is_running": percent < 100,
        }

    def _state(self, run: _Run) -> tuple[str, int]:
        if run.polls <= self._behaviour.polls:
            started = run.polls > 1
            return (
                "Job Running" if started else "Job Not Started",
                60 if started else 0,
            )
        if run.number <= self._behaviour.expired_runs:
            return "Job Skipped", 0
        if self._rows(run).height > self._behaviour.rows_per_run:
            return "Job Failed", 40
        return "Job Completed", 100

    def _rows(self, run: _Run) -> pl.DataFrame:
        if run.rows is None:
            run.rows = self._insights.answer(run.query)
        return run.rows

    def _completed(self, run_id: str) -> _Run:
        run = self._runs[run_id]
        if self._state(run)[0] != "Job Completed":
            raise GraphError(100, "The report run is not completed", subcode=1487534)
        return run

    def _page(self, request: Request, frame: pl.DataFrame, parameters: Mapping[str, str]) -> Response:
        limit = int(parameters.get("limit", _DEFAULT_LIMIT))
        if limit > self._behaviour.rows_per_page:
            raise too_much_data()
        start = _position(parameters.get("after"))
        end = start + limit
        first = max(0, start - page_overlap(request))
        paging: dict[str, Any] = {
            "cursors": {
                "before": _cursor(start),
                "after": _cursor(min(end, frame.height)),
            }
        }
        if end < frame.height:
            following = dict(parameters) | {
                "after": _cursor(end),
                "access_token": ACCESS_TOKEN,
            }
            paging["next"] = str(request.url.replace(query="").include_query_params(**following))
        rows = rows_without_nulls(frame.slice(first, end - first))
        return _json(b'{"data":' + rows + b',"paging":' + orjson.dumps(paging) + b"}")

    def _usage(self, request: Request) -> dict[str, str]:
        share = next(self._calls) % 60
        business = {
            "type": "ads_insights",
            "call_count": share,
            "total_cputime": share // 2,
            "total_time": share // 2,
            "estimated_time_to_regain_access": 0,
            "ads_api_access_tier": "standard_access",
        }
        headers = {
            "x-business-use-case-usage": {request.path_params["node"].removeprefix("act_"): [business]},
            "x-app-usage": {
                "call_count": share,
                "total_time": share // 2,
                "total_cputime": share // 2,
            },
            "x-ad-account-usage": {"acc_id_util_pct": share, "reset_time_duration": 0},
            "x-fb-ads-insights-throttle": {
                "app_id_util_pct": share,
                "acc_id_util_pct": share,
            },
        }
        return {name: orjson.dumps(value).decode() for name, value in headers.items()}


def _authorise(request: Request, parameters: Mapping[str, str]) -> None:
    header = request.headers.get("authorization", "")
    token = parameters.get("access_token") or header.removeprefix("Bearer ")
    if token != ACCESS_TOKEN:
        raise GraphError(190, "Invalid OAuth access token - Cannot parse access token")
    proof = parameters.get("appsecret_proof")
    if proof is not None and proof != hmac.new(APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest():
        raise GraphError(
            100,
            "Invalid appsecret_proof provided in the API argument",
            kind="GraphMethodException",
        )


def _selected(frame: pl.DataFrame, fields: tuple[str, ...]) -> pl.DataFrame:
    """Objects with the fields asked for; the id always comes."""
    for field in fields:
        if field not in frame.columns:
            raise GraphError(100, f"Tried accessing nonexisting field ({field})")
    return frame.select(list(dict.fromkeys(("id", *fields))))


def _oldest_day(today: date) -> date:
    month = today.year * 12 + today.month - 1 - RETENTION_MONTHS
    return date(month // 12, month % 12 + 1, min(today.day, 28))


def _position(cursor: str | None) -> int:
    return int(base64.b64decode(cursor)) if cursor else 0


def _cursor(position: int) -> str:
    return base64.b64encode(str(position).encode()).decode()


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json; charset=UTF-8")
