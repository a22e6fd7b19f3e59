"""Faults: reproducible, in the vendor's own words, and such that a patient client gets the same content."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections import Counter
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from demo.faults import Fault, FaultPlan, parse_kinds
from demo.vendors.shopify import routes as shopify
from demo.vendors.wire import page_overlap
from tests.demo.vendors.conftest import AS_OF, Client
from tests.support.live import live
from tests.support.shopify_merchant import write_merchant


async def _echo(request: Request) -> JSONResponse:
    return JSONResponse({"overlap": page_overlap(request), "filling": "x" * 1000})


_ROUTES = [Route("/{path:path}", _echo, methods=["GET", "POST"])]


def _get(url: str) -> tuple[int, Any, http.client.HTTPMessage]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, json.loads(answer.read()), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read()), error.headers


def test_the_same_seed_gives_the_same_faults_at_about_the_rate() -> None:
    plan, same, other = FaultPlan(0.05, seed=1), FaultPlan(0.05, seed=1), FaultPlan(0.05, seed=2)
    faults = [plan.fault(n) for n in range(20_000)]
    assert faults == [same.fault(n) for n in range(20_000)]
    assert faults != [other.fault(n) for n in range(20_000)]
    met = Counter(f[0] for f in faults if f)
    assert 900 < sum(met.values()) < 1100
    assert set(met) == set(Fault)
    assert FaultPlan().fault(1) is None


def test_a_plan_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="fault rate"):
        FaultPlan(5)
    with pytest.raises(ValueError, match="fault kinds"):
        FaultPlan(0.1, kinds=())
    with pytest.raises(ValueError, match="meteor"):
        parse_kinds(["meteor"])


@pytest.mark.parametrize(
    ("path", "status", "where", "value"),
    [
        ("/admin/api/2026-07/graphql.json", 200, ("errors", 0, "extensions", "code"), "THROTTLED"),
        ("/v26.0/act_1/insights", 400, ("error", "code"), 17),
        (
            "/v26/customers/1/googleAds:searchStream",
            429,
            (0, "error", "details", 0, "errors", 0, "errorCode", "quotaError"),
            "RESOURCE_TEMPORARILY_EXHAUSTED",
        ),
        ("/v26/customers/1/googleAds:search", 429, ("error", "status"), "RESOURCE_EXHAUSTED"),
        ("/data/timeseries/eits/marts", 503, ("error",), "Service Unavailable"),
    ],
)
def test_every_vendor_throttles_in_its_own_words(path: str, status: int, where: tuple[Any, ...], value: Any) -> None:
    with live(_ROUTES, FaultPlan(1, kinds=(Fault.THROTTLE,))) as url:
        answered, body, _ = _get(url + path)
    for step in where:
        body = body[step]
    assert (answered, body) == (status, value)


def test_rate_limits_say_when_and_server_errors_vary() -> None:
    with live(_ROUTES, FaultPlan(1, kinds=(Fault.RATE_LIMIT,))) as url:
        status, _, headers = _get(url)
        assert status == 429 and float(headers["Retry-After"]) > 0
    with live(_ROUTES, FaultPlan(1, kinds=(Fault.SERVER_ERROR,))) as url:
        assert {_get(url)[0] for _ in range(30)} == {500, 502, 503}


def test_a_cut_connection_ends_in_mid_body() -> None:
    with (
        live(_ROUTES, FaultPlan(1, kinds=(Fault.CUT,))) as url,
        pytest.raises((http.client.IncompleteRead, ConnectionError)),
    ):
        _get(url)


def test_slow_and_duplicate_answers_are_complete() -> None:
    with live(_ROUTES, FaultPlan(1, kinds=(Fault.SLOW,))) as url:
        assert _get(url)[1]["overlap"] == 0
    with live(_ROUTES, FaultPlan(1, kinds=(Fault.DUPLICATE,))) as url:
        assert _get(url)[1]["overlap"] == 2


def test_control_requests_meet_no_fault() -> None:
    with live(_ROUTES, FaultPlan(1, kinds=(Fault.SERVER_ERROR,))) as url:
        assert _get(f"{url}/_control/ready")[0] == 200


def test_pages_that_overlap_repeat_rows_and_lose_none(tmp_path_factory: pytest.TempPathFactory) -> None:
    merchant = write_merchant(tmp_path_factory.mktemp("merchant"))
    query = "query ($after: String) { orders(first: 2, after: $after, sortKey: ID) { pageInfo { hasNextPage endCursor } nodes { id } } }"
    with live(shopify.routes(merchant, AS_OF), FaultPlan(1, kinds=(Fault.DUPLICATE,))) as url:
        seen, after, more = [], None, True
        while more:
            page = Client(url).data(query, after=after)["orders"]
            seen += [node["id"] for node in page["nodes"]]
            after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert len(seen) > len(set(seen)) == 5
