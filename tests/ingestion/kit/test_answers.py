"""What a source says of an answer that is not what it asked for: another server's page, or a type that changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from ingestion.kit.arrow import decoded
from ingestion.kit.windows import DateWindow
from ingestion.load.pipeline import run_source
from ingestion.source import Source, SourceError
from ingestion.sources.census.source import SOURCE as CENSUS
from ingestion.sources.google_ads.queries import CLICKS, ENTITIES
from ingestion.sources.google_ads.source import SOURCE as GOOGLE
from ingestion.sources.meta_ads.client import MetaClient
from ingestion.sources.meta_ads.entities import ENTITIES as META_ENTITIES
from ingestion.sources.meta_ads.entities import Account, read_entity
from ingestion.sources.meta_ads.insights import REPORTS
from ingestion.sources.meta_ads.reports import ReportRequest, run_reports
from ingestion.sources.meta_ads.settings import read_settings
from ingestion.sources.meta_ads.source import SOURCE as META
from ingestion.sources.shopify.source import SOURCE as SHOPIFY
from shophouse.settings import Settings
from tests.support.ads_merchant import AS_OF
from tests.support.live import live

GOOGLE_GRANT = {"DEVELOPER_TOKEN": "d", "CLIENT_ID": "c", "CLIENT_SECRET": "s", "REFRESH_TOKEN": "r"}
SOURCES: list[tuple[Source, dict[str, str]]] = [
    (SHOPIFY, {"STORES__MAIN__SHOP_DOMAIN": "main.example", "STORES__MAIN__ACCESS_TOKEN": "t"}),
    (META, {"ACCESS_TOKEN": "t"}),
    (META, {"ACCESS_TOKEN": "t", "ACCOUNT_IDS": "1"}),
    (GOOGLE, GOOGLE_GRANT),
    (GOOGLE, GOOGLE_GRANT | {"CUSTOMER_IDS": "1"}),
    (CENSUS, {"API_KEY": "secret"}),
]
BY_AD = next(report for report in REPORTS if report.table.name == "ad_insights")


def _page(_: Request) -> Response:
    return HTMLResponse("<!doctype html><html><head><title>Sign in</title></head></html>")


EVERYTHING = Route("/{path:path}", _page, methods=["GET", "POST"])


@pytest.mark.parametrize(("source", "configuration"), SOURCES)
def test_a_page_for_people_with_status_200_names_the_address_setting(
    source: Source, configuration: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = Route("/token", lambda _: JSONResponse({"access_token": "a"}), methods=["POST"])
    monkeypatch.setenv("RUNTIME__REQUEST_BACKOFF_FACTOR", "0.01")
    with live([token, EVERYTHING]) as url:
        configuration = configuration | {"API_URL": url, "TOKEN_URL": f"{url}/token"}
        for name, value in configuration.items():
            monkeypatch.setenv(f"SOURCES__{source.name.upper()}__{name}", value)
        with pytest.raises(SourceError, match=rf"sources\.{source.name}\.api_url.*a login page"):
            run_source(source, Settings(home=tmp_path, as_of=AS_OF))


@pytest.mark.parametrize("answer", [_page, lambda _: JSONResponse({}), lambda _: JSONResponse(None)])
def test_a_token_server_that_is_none_names_its_setting(
    answer: Callable[[Request], Response], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with live([Route("/token", answer, methods=["POST"]), EVERYTHING]) as url:
        for name, value in (GOOGLE_GRANT | {"API_URL": url, "TOKEN_URL": f"{url}/token"}).items():
            monkeypatch.setenv(f"SOURCES__GOOGLE_ADS__{name}", value)
        with pytest.raises(SourceError, match=r"sources\.google_ads\.token_url"):
            run_source(GOOGLE, Settings(home=tmp_path, as_of=AS_OF))


@pytest.mark.parametrize("submitted", [False, True])
def test_a_page_in_the_middle_of_a_report_names_the_address_setting(
    submitted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = Route("/{version}/act_1/insights", lambda _: JSONResponse({"report_run_id": "7"}), methods=["POST"])
    with live([taken, EVERYTHING] if submitted else [EVERYTHING]) as url:
        monkeypatch.setenv("SOURCES__META_ADS__ACCESS_TOKEN", "t")
        monkeypatch.setenv("SOURCES__META_ADS__API_URL", url)
        wanted = ReportRequest("1", BY_AD, DateWindow(date(2026, 10, 1), date(2026, 10, 2)))
        monkeypatch.setenv("RUNTIME__REQUEST_BACKOFF_FACTOR", "0.01")
        (outcome,) = run_reports(MetaClient(read_settings(), sleep=lambda seconds: None), [wanted])
    assert re.search(r"ad_insights of account 1.*sources\.meta_ads\.api_url", str(outcome.refusal))


META_PAGE = pl.Struct({"data": pl.List(BY_AD.row)})
GOOGLE_ROW = next(query.row for query in ENTITIES if query.table.name == "conversion_actions")
GOOGLE_PAGE = pl.List(pl.Struct({"results": pl.List(pl.Struct({"metrics": pl.Struct({"conversions": pl.Float64})}))}))


@pytest.mark.parametrize(
    ("body", "dtype", "said"),
    [
        (
            b'{"data": [{}, {"impressions": {"value": "5"}}]}',
            META_PAGE,
            r"data\[1\]\.impressions: expected text, found an object",
        ),
        (b'{"data": [{"actions": {}}]}', META_PAGE, r"data\[0\]\.actions: expected a list, found an object"),
        (b'{"data": [{"actions": [5]}]}', META_PAGE, r"data\[0\]\.actions\[0\]: expected an object, found a number"),
        (b'{"data": {}}', META_PAGE, "data: expected a list, found an object"),
        (b"[]", META_PAGE, "the whole answer: expected an object, found a list"),
        (
            b'[{"results": [{"metrics": {"conversions": "1.5"}}]}]',
            GOOGLE_PAGE,
            r"\[0\]\.results\[0\]\.metrics\.conversions: expected a number, found text",
        ),
        (
            b'[{"results": [{"conversionAction": {"clickThroughLookbackWindowDays": {}}}]}]',
            pl.List(pl.Struct({"results": pl.List(GOOGLE_ROW)})),
            r"clickThroughLookbackWindowDays: expected text, found an object",
        ),
        (b'{"is_on": "yes"}', pl.Struct({"is_on": pl.Boolean}), "is_on: expected true or false, found text"),
    ],
)
def test_a_changed_type_is_said_with_its_place_and_both_types(body: bytes, dtype: pl.DataType, said: str) -> None:
    with pytest.raises(SourceError, match=f"GET it: the type of a value changed: .*{said}") as refused:
        decoded("vendor", "GET it", body, dtype)
    assert "proxy" not in str(refused.value)


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"data": [', b"\xff"])
def test_a_body_that_is_no_json_points_at_the_address(body: bytes) -> None:
    with pytest.raises(SourceError, match=r"check sources\.vendor\.api_url"):
        decoded("vendor", "GET it", body, META_PAGE)


def _insights(**sent: Any) -> None:
    list(BY_AD.batches(_row(BY_AD.row, sent)))


def _campaigns(**sent: Any) -> None:
    client = SimpleNamespace(pages=lambda path, row, parameters: [_row(row, sent)])
    list(read_entity(client, Account("1", "USD", "UTC"), META_ENTITIES[0]))


def _clicks(**sent: Any) -> None:
    CLICKS.rows("1", _row(CLICKS.row, sent))


def _row(dtype: pl.Struct, sent: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([sent], {field.name: field.dtype for field in dtype.fields})


@pytest.mark.parametrize(
    ("read", "sent", "said"),
    [
        (_insights, {"date_start": "20.11.2026"}, r"table ad_insights: .*'date_start'.*20\.11\.2026"),
        (
            _insights,
            {"outbound_clicks": [{"action_type": "outbound_click", "value": "3.7"}]},
            r"table ad_insights: .*'value'.*3\.7",
        ),
        (_campaigns, {"daily_budget": "ten"}, r"table campaigns: .*'daily_budget'.*ten"),
        (_clicks, {"segments": {"date": "20.11.2026"}}, r"table click_view: .*'date'.*20\.11\.2026"),
    ],
)
def test_a_value_that_does_not_fit_is_said_with_its_table_and_column(
    read: Callable[..., None], sent: dict[str, Any], said: str
) -> None:
    with pytest.raises(SourceError, match=said):
        read(**sent)


def test_what_is_null_missing_or_not_asked_for_fits() -> None:
    sent: Any = decoded("vendor", "GET it", b'{"data": [{"clicks": null, "new": {}}]}', META_PAGE).item()
    assert sent["data"][0]["clicks"] is None
