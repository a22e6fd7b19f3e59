"""Every answer of the local server parses strictly into the messages of Google's own v26 protocol."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import requests
from google.ads.googleads.v26.errors.types.errors import GoogleAdsFailure
from google.ads.googleads.v26.services.types.google_ads_service import (
    SearchGoogleAdsResponse,
    SearchGoogleAdsStreamResponse,
)
from google.protobuf import json_format

from demo.vendors.google_ads.api import GoogleBehaviour, routes
from ingestion.kit.windows import DateWindow
from ingestion.sources.google_ads.queries import CLICKS, ENTITIES, STATS, Query
from tests.support.ads_merchant import GOOGLE_CUSTOMER, LAST_DAY, with_google
from tests.support.live import live

WEEK = DateWindow(LAST_DAY - timedelta(days=6), LAST_DAY)


@pytest.fixture(scope="module")
def api(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, dict[str, str]]]:
    merchant = with_google(tmp_path_factory.mktemp("merchant"), days=10)
    with live(routes(merchant, GoogleBehaviour(rows_per_batch=20))) as url:
        grant = {"grant_type": "refresh_token", "refresh_token": "demo-token-google"}
        token = requests.post(f"{url}/token", data=grant, timeout=10).json()["access_token"]
        yield (
            url,
            {
                "Authorization": f"Bearer {token}",
                "developer-token": "demo-developer-token",
            },
        )


def ask(api: tuple[str, dict[str, str]], query: str, method: str = "searchStream") -> Any:
    url, headers = api
    path = f"{url}/v26/customers/{GOOGLE_CUSTOMER}/googleAds:{method}"
    return requests.post(path, json={"query": query}, headers=headers, timeout=10).json()


def asked(query: Query) -> str:
    if query is CLICKS:
        return query.gaql(DateWindow(LAST_DAY, LAST_DAY))
    return query.gaql(WEEK if query in STATS else None)


@pytest.mark.parametrize("query", [*ENTITIES, *STATS, CLICKS], ids=lambda q: q.table.name)
def test_every_batch_is_googles_message(api: tuple[str, dict[str, str]], query: Query) -> None:
    batches = ask(api, asked(query))
    assert batches
    for batch in batches:
        message = SearchGoogleAdsStreamResponse()._pb
        json_format.ParseDict(batch, message)
        assert len(message.results) == len(batch["results"]) > 0
        assert json_format.MessageToDict(message)["results"] == batch["results"]


def test_only_selected_fields_come_with_the_names_of_their_resources(
    api: tuple[str, dict[str, str]],
) -> None:
    query = f"SELECT campaign.id, segments.date, metrics.cost_micros FROM campaign WHERE segments.date = '{LAST_DAY}'"
    rows = [row for batch in ask(api, query) for row in batch["results"]]
    assert len(rows) == 3
    assert rows[0]["campaign"] == {
        "resourceName": f"customers/{GOOGLE_CUSTOMER}/campaigns/201",
        "id": "201",
    }
    assert isinstance(rows[0]["metrics"]["costMicros"], str)


def test_the_paged_answer_is_googles_message_too(
    api: tuple[str, dict[str, str]],
) -> None:
    json_format.ParseDict(
        ask(api, "SELECT campaign.id FROM campaign", "search"),
        SearchGoogleAdsResponse()._pb,
    )


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT campaign.nonsense FROM campaign", "UNRECOGNIZED_FIELD"),
        ("SELECT campaign.id FROM nowhere", "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE"),
        ("SELECT", "UNEXPECTED_INPUT"),
        (
            f"SELECT click_view.gclid FROM click_view WHERE segments.date >= '{date(2026, 11, 1)}'",
            None,
        ),
    ],
)
def test_refusals_are_googles_failures(api: tuple[str, dict[str, str]], query: str, code: str | None) -> None:
    [answer] = ask(api, query)
    [failure] = answer["error"]["details"]
    assert failure.pop("@type").endswith("v26.errors.GoogleAdsFailure")
    json_format.ParseDict(failure, GoogleAdsFailure()._pb)
    if code is not None:
        assert failure["errors"][0]["errorCode"] == {"queryError": code}
