"""Meta's own Python SDK reads the local server: objects, synchronous insights, report runs, errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adreportrun import AdReportRun
from facebook_business.adobjects.adsinsights import AdsInsights
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession

from demo.vendors.meta_ads.api import routes
from tests.support.ads_merchant import META_ACCOUNT, with_meta
from tests.support.live import live

FIELDS = [
    "ad_id",
    "spend",
    "impressions",
    "clicks",
    "actions",
    "action_values",
    "outbound_clicks",
    "date_start",
]
PARAMETERS: dict[str, Any] = {
    "level": "ad",
    "time_increment": 1,
    "time_range": {"since": "2026-11-11", "until": "2026-11-20"},
    "action_attribution_windows": ["1d_click", "7d_click"],
    "limit": 7,
}


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AdAccount]:
    merchant = with_meta(tmp_path_factory.mktemp("merchant"), days=20)
    before = FacebookSession.GRAPH
    with live(routes(merchant)) as url:
        FacebookSession.GRAPH = url
        FacebookAdsApi.init(access_token="demo-token-meta", api_version="v26.0", crash_log=False)
        yield AdAccount(f"act_{META_ACCOUNT}")
    FacebookSession.GRAPH = before


def test_objects_are_read(account: AdAccount) -> None:
    named = account.api_get(fields=["name", "currency", "timezone_name", "account_status"])
    assert (named["name"], named["currency"], named["account_status"]) == (
        "Aurora",
        "USD",
        1,
    )
    assert [c["id"] for c in account.get_campaigns(fields=["name", "daily_budget"])] == ["11"]
    every = account.get_campaigns(fields=["daily_budget"], params={"effective_status": ["ACTIVE", "DELETED"]})
    assert [c["daily_budget"] for c in every] == ["12550", "12550"]
    ads = account.get_ads(
        fields=["creative", "adset_id"],
        params={"effective_status": ["ACTIVE", "ARCHIVED"], "limit": 2},
    )
    assert [(ad["id"], "creative" in ad) for ad in ads][:3] == [
        ("1101", True),
        ("1102", False),
        ("1103", True),
    ]
    assert len(list(account.get_ad_creatives(fields=["title", "body"]))) == 2


def test_synchronous_insights_are_read_over_pages(account: AdAccount) -> None:
    rows = list(account.get_insights(fields=FIELDS, params=PARAMETERS))
    # Of three ads on twenty days, one is archived: no report by ad tells of it.
    assert len(rows) == 40
    assert all(isinstance(row, AdsInsights) for row in rows)
    assert all(isinstance(row[name], str) for row in rows for name in ("spend", "clicks") if name in row)
    stats = [stat for row in rows for stat in row.get("actions", [])]
    assert {key for stat in stats for key in stat} <= {
        "action_type",
        "value",
        "1d_click",
        "7d_click",
    }


def test_a_report_run_is_polled_and_read(account: AdAccount) -> None:
    run = account.get_insights_async(fields=FIELDS, params=PARAMETERS)
    states = []
    while not states or states[-1] != "Job Completed":
        run = run.api_get()
        states.append(run[AdReportRun.Field.async_status])
    assert states == ["Job Not Started", "Job Running", "Job Completed"]
    synchronous = [row.export_all_data() for row in account.get_insights(fields=FIELDS, params=PARAMETERS)]
    assert [row.export_all_data() for row in run.get_insights()] == synchronous


def test_refusals_are_errors_of_the_sdk(account: AdAccount) -> None:
    with pytest.raises(FacebookRequestError) as unknown:
        account.get_insights(fields=["no_such_field"], params=PARAMETERS)
    assert unknown.value.api_error_code() == 100
    with pytest.raises(FacebookRequestError) as removed:
        account.get_insights(
            fields=FIELDS,
            params=PARAMETERS | {"action_attribution_windows": ["28d_view"]},
        )
    assert removed.value.http_status() == 400
