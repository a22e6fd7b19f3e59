"""Meta says "slow down" in headers and in HTTP 400 bodies; the client waits as long as it is told."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import polars as pl
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ingestion.source import SourceError
from ingestion.sources.meta_ads.client import MetaClient
from ingestion.sources.meta_ads.settings import MetaSettings
from ingestion.sources.meta_ads.usage import pause_seconds
from tests.support.live import live

ROW = pl.Struct({"id": pl.String})


def usage(minutes: int, share: int) -> dict[str, str]:
    business = {
        "type": "ads_insights",
        "call_count": share,
        "estimated_time_to_regain_access": minutes,
    }
    return {"x-business-use-case-usage": orjson.dumps({"1": [business]}).decode()}


def error(
    code: int,
    *,
    headers: dict[str, str] | None = None,
    subcode: int = 0,
    transient: bool = False,
) -> Response:
    body = {
        "error": {
            "message": "m",
            "code": code,
            "error_subcode": subcode,
            "is_transient": transient,
        }
    }
    return JSONResponse(body, status_code=400, headers=headers)


def read(answers: Iterator[Response]) -> tuple[int, list[float]]:
    """Rows read of a stand-in that gives these answers in turn, and the seconds slept."""

    def endpoint(_: Request) -> Response:
        return next(answers)

    slept: list[float] = []
    with live([Route("/v26.0/me/adaccounts", endpoint)]) as url:
        client = MetaClient(MetaSettings("token", None, None, url), slept.append)
        return sum(page.height for page in client.pages("me/adaccounts", ROW)), slept


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        (usage(0, 89), 0.0),
        (usage(0, 90), 60.0),
        (usage(7, 95), 420.0),
        (usage(7, 20), 0.0),
        (
            {"x-ad-account-usage": '{"acc_id_util_pct": 97.5, "reset_time_duration": 80}'},
            80.0,
        ),
        (
            {"x-fb-ads-insights-throttle": '{"app_id_util_pct": 100, "acc_id_util_pct": 3}'},
            60.0,
        ),
        ({"x-app-usage": "not json"}, 0.0),
        ({}, 0.0),
    ],
)
def test_a_nearly_used_up_allowance_pauses(headers: dict[str, str], seconds: float) -> None:
    assert pause_seconds(headers) == seconds


def test_the_pause_comes_before_the_next_call() -> None:
    one = {
        "data": [{"id": "1"}],
        "paging": {
            "cursors": {"after": "x"},
            "next": "http://host/?access_token=token",
        },
    }
    answers = iter([JSONResponse(one, headers=usage(2, 99)), JSONResponse({"data": [{"id": "2"}]})])
    assert read(answers) == (2, [120.0])


def test_a_throttled_call_waits_until_access_is_regained() -> None:
    answers = iter([error(17, headers=usage(3, 100), subcode=2446079), JSONResponse({"data": []})])
    assert read(answers) == (0, [180.0])


@pytest.mark.parametrize("code", [1, 2, 4, 32, 341, 613, 80000, 80004, 80008, 80014])
def test_passing_codes_are_sent_again(code: int) -> None:
    rows, slept = read(iter([error(code), JSONResponse({"data": []})]))
    assert (rows, len(slept)) == (0, 1)


def test_transient_errors_and_subcode_99_are_sent_again() -> None:
    answers = iter([error(368, transient=True), error(10, subcode=99), JSONResponse({"data": []})])
    assert len(read(answers)[1]) == 2


@pytest.mark.parametrize("code", [10, 100, 190, 200, 3018])
def test_final_codes_are_not(code: int) -> None:
    with pytest.raises(SourceError, match=str(code)):
        read(iter([error(code)]))
