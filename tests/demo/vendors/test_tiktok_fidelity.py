"""TikTok's own client reads the local server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from business_api_client import AdApi, ApiClient, CampaignCreationApi, Configuration, ReportingApi

from demo.vendors.tiktok_ads.api import ACCESS_TOKEN, routes
from tests.support.live import live
from tests.support.tiktok_merchant import ADVERTISER, with_tiktok

DAYS = {"start_date": "2026-11-01", "end_date": "2026-11-07"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiClient]:
    merchant = with_tiktok(Path(tmp_path_factory.mktemp("merchant")))
    with live(routes(merchant)) as url:
        configuration = Configuration()
        configuration.host = url
        yield ApiClient(configuration)


def report(client: ApiClient, **asked: Any) -> Any:
    known = {"advertiser_id": ADVERTISER, "service_type": "AUCTION", "data_level": "AUCTION_AD"}
    return ReportingApi(client).report_integrated_get("BASIC", ACCESS_TOKEN, **(known | DAYS | asked))["data"]


def test_the_report_has_the_form_that_the_client_knows(client: ApiClient) -> None:
    metrics = ["spend", "impressions", "campaign_id", "currency"]
    answer = report(client, dimensions=["ad_id", "stat_time_day"], metrics=metrics, page=2, page_size=20)
    assert (answer["page_info"]["total_number"], answer["page_info"]["total_page"]) == (42, 3)
    first = answer["list"][0]
    assert set(first["metrics"]) == set(metrics)
    assert first["dimensions"]["stat_time_day"].endswith(" 00:00:00")
    assert all(isinstance(value, str) for value in first["metrics"].values())


def test_deleted_objects_are_listed_on_demand(client: ApiClient) -> None:
    listed = CampaignCreationApi(client).campaign_get(ADVERTISER, ACCESS_TOKEN, fields=["campaign_id"])["data"]
    assert [campaign["campaign_id"] for campaign in listed["list"]] == ["1"]
    deleted = json.dumps({"primary_status": "STATUS_DELETE"})
    ads = AdApi(client).ad_get(ADVERTISER, ACCESS_TOKEN, fields=["ad_id"], filtering=deleted)["data"]
    assert {ad["ad_id"] for ad in ads["list"]} == {"21", "22", "23"}
