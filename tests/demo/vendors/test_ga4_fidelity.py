"""Google's own client reads the local server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from google.analytics.data_v1beta import BetaAnalyticsDataClient
from google.analytics.data_v1beta.services.beta_analytics_data.transports.rest import BetaAnalyticsDataRestTransport
from google.analytics.data_v1beta.types import DateRange, Dimension, Metric, OrderBy, RunReportRequest
from google.api_core.exceptions import Forbidden
from google.oauth2.credentials import Credentials

from demo.vendors.ga4.api import REFRESH_TOKEN, routes
from tests.support.ga4_merchant import PROPERTY, with_ga4
from tests.support.live import live

NAMES = ("date", "sessionDefaultChannelGroup", "sessionSource", "sessionMedium", "sessionCampaignName")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with live(routes(with_ga4(tmp_path_factory.mktemp("merchant")))) as address:
        yield address


def client(url: str, credentials: Credentials) -> BetaAnalyticsDataClient:
    host = url.removeprefix("http://")
    return BetaAnalyticsDataClient(
        transport=BetaAnalyticsDataRestTransport(credentials=credentials, host=host, url_scheme="http")
    )


def request(last: str) -> RunReportRequest:
    return RunReportRequest(
        property=f"properties/{PROPERTY}",
        date_ranges=[DateRange(start_date="2026-11-01", end_date=last)],
        dimensions=[Dimension(name=name) for name in NAMES],
        metrics=[Metric(name="sessions"), Metric(name="purchaseRevenue")],
        order_bys=[OrderBy(dimension=OrderBy.DimensionOrderBy(dimension_name="date"))],
        limit=5,
        offset=5,
    )


def test_a_report_is_parsed(url: str) -> None:
    grant = Credentials(None, REFRESH_TOKEN, token_uri=f"{url}/analytics/token", client_id="c", client_secret="s")
    answer = client(url, grant).run_report(request("2026-11-07"))
    assert (answer.row_count, len(answer.rows)) == (14, 5)
    assert [header.name for header in answer.dimension_headers] == list(NAMES)
    assert [header.type_.name for header in answer.metric_headers] == ["TYPE_INTEGER", "TYPE_CURRENCY"]
    assert (answer.metadata.currency_code, answer.metadata.time_zone) == ("USD", "America/New_York")
    assert [value.value for value in answer.rows[0].metric_values] == ["40", "219.9"]


def test_an_answer_without_rows_has_no_count(url: str) -> None:
    grant = Credentials(None, REFRESH_TOKEN, token_uri=f"{url}/analytics/token", client_id="c", client_secret="s")
    asked = request("2026-11-07")
    asked.date_ranges[0].start_date = asked.date_ranges[0].end_date = "2020-01-01"
    answer = client(url, grant).run_report(asked)
    assert (answer.row_count, list(answer.rows)) == (0, [])


def test_a_property_of_somebody_else_is_refused(url: str) -> None:
    grant = Credentials(None, REFRESH_TOKEN, token_uri=f"{url}/analytics/token", client_id="c", client_secret="s")
    asked = request("2026-11-07")
    asked.property = "properties/999"
    with pytest.raises(Forbidden):
        client(url, grant).run_report(asked)
