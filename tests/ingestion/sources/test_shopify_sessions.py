"""Sessions of the online store by ShopifyQL, against the local API server and against answers that are none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from demo.merchant import Merchant
from demo.vendors.shopify import routes as shopify
from ingestion.kit.gaps import Gaps
from ingestion.source import ExtractRequest, Rows, SlicesRead
from ingestion.sources.shopify.client import ShopifyClient
from ingestion.sources.shopify.sessions import DAYS_PER_QUERY, LOOKBACK_DAYS, StoreSessions
from ingestion.sources.shopify.settings import API_VERSION, Store
from shophouse.settings import Settings
from tests.support.live import live
from tests.support.shopify_merchant import US, write_merchant, write_rows

AS_OF = datetime(2026, 10, 21, 2, tzinfo=UTC)
"""In New York it is still the 20th."""
LAST = date(2026, 10, 19)
State = dict[str, Any]


@pytest.fixture(scope="module")
def merchant(tmp_path_factory: pytest.TempPathFactory) -> Merchant:
    """Sessions of every day since 120 days before the last whole one, from search and from nobody knows where."""
    made = write_merchant(tmp_path_factory.mktemp("merchant"))
    days = [LAST - timedelta(days=back) for back in range(-1, 121)]
    rows = [
        {
            "store_id": US,
            "date": day,
            "referrer_source": referrer,
            "session_count": 40,
            "visitor_count": 30,
            "cart_session_count": 5,
            "checkout_session_count": 3,
            "completed_session_count": completed,
        }
        for day in days
        for referrer, completed in (("search", 2), ("", 0))
    ]
    write_rows(made, "store_sessions", rows)
    return made


def test_whole_days_land_as_far_back_as_there_are_sessions(merchant: Merchant, tmp_path: Path) -> None:
    with _served(merchant) as client:
        rows, days = _read(client, _request(tmp_path, {}))
    held = merchant.frame("shopify", "store_sessions").filter(pl.col("date") <= LAST).collect()
    key = ["date", "referrer_source"]
    assert rows.sort(key).equals(held.select(rows.columns).sort(key))
    assert len(days) == 2 * DAYS_PER_QUERY


def test_a_backfill_of_days_to_come_reads_none_that_is_not_over(merchant: Merchant, tmp_path: Path) -> None:
    window = {"since": datetime(2026, 10, 18, 12, tzinfo=UTC), "until": AS_OF + timedelta(days=2)}
    with _served(merchant) as client:
        rows, days = _read(client, _request(tmp_path, {}, **window))
    assert max(days) == rows["date"].max() == LAST


def test_the_next_sync_reads_the_last_days_again_and_a_backfill_its_own(merchant: Merchant, tmp_path: Path) -> None:
    state: State = {}
    with _served(merchant) as client:
        _read(client, _request(tmp_path, state))
        assert state["sessions_read_until"] == {US: LAST.isoformat()}
        _, again = _read(client, _request(tmp_path, state, as_of=AS_OF + timedelta(days=1)))
        assert (min(again), max(again)) == (LAST - timedelta(days=LOOKBACK_DAYS), LAST + timedelta(days=1))
        window = {"since": datetime(2026, 10, 3, 12, tzinfo=UTC), "until": datetime(2026, 10, 6, 12, tzinfo=UTC)}
        _, own = _read(client, _request(tmp_path, state, **window))
    assert (min(own), max(own)) == (date(2026, 10, 3), date(2026, 10, 5))
    assert state["sessions_read_until"] == {US: (LAST + timedelta(days=1)).isoformat()}


DENIED = "Access denied for shopifyqlQuery field. Required access: `read_reports` access scope."


@pytest.mark.parametrize(
    ("answer", "cause", "said", "advice"),
    [
        (
            {"data": None, "errors": [{"message": DENIED, "extensions": {"code": "ACCESS_DENIED"}}]},
            "refused",
            DENIED,
            "read_reports",
        ),
        (
            {"data": {"shopifyqlQuery": {"parseErrors": ["Column not found: sessions"], "tableData": None}}},
            "unreadable",
            "Column not found: sessions",
            "report this",
        ),
    ],
)
def test_what_is_no_table_is_a_gap(tmp_path: Path, answer: dict[str, Any], cause: str, said: str, advice: str) -> None:
    async def graphql(request: Request) -> Response:
        asked = orjson.loads(await request.body())["query"]
        shop = {"data": {"shop": {"ianaTimezone": "America/New_York"}}}
        body = answer if "shopifyqlQuery" in asked else shop
        return Response(orjson.dumps(body), headers={"X-Shopify-API-Version": API_VERSION})

    state: State = {}
    with live([Route("/admin/api/{version}/graphql.json", graphql, methods=["POST"])]) as url:
        rows, days = _read(_client(url), _request(tmp_path, state))
    assert (rows.height, days, state.get("sessions_read_until", {})) == (0, [], {})
    (gap,) = state["gaps"].values()
    assert (gap["account_id"], gap["report"], gap["cause"], gap["message"]) == (US, "store_sessions", cause, said)
    assert advice in gap["advice"]


@contextmanager
def _served(merchant: Merchant) -> Iterator[ShopifyClient]:
    with live(shopify.routes(merchant, AS_OF)) as url:
        yield _client(url)


def _client(url: str) -> ShopifyClient:
    return ShopifyClient(Store(US, url, f"demo-token-{US}", None, None))


def _request(home: Path, state: State, **values: Any) -> ExtractRequest:
    return ExtractRequest(Settings(home=home, as_of=AS_OF), values.pop("as_of", AS_OF), state=state, **values)


def _read(client: ShopifyClient, request: ExtractRequest) -> tuple[pl.DataFrame, list[date]]:
    """Rows, and the days that were declared as read."""
    sessions = StoreSessions(request, client, Gaps(request))
    batches = list(sessions.read())
    sessions.remember()
    rows = [pl.DataFrame(batch.data) for batch in batches if isinstance(batch, Rows)]
    read = [day for batch in batches if isinstance(batch, SlicesRead) for day in batch.keys["date"].to_pylist()]
    return (pl.concat(rows) if rows else pl.DataFrame()), read
