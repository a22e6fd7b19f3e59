"""A store that keeps its older orders from the app: a gap, until the scope is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ingestion.kit.gaps import Gaps
from ingestion.source import ExtractRequest
from ingestion.sources.shopify.client import ShopifyClient
from ingestion.sources.shopify.scopes import note_old_orders
from ingestion.sources.shopify.settings import Store
from shophouse.settings import Settings
from tests.support.ads_merchant import AS_OF
from tests.support.live import live


@pytest.fixture
def request_of_run(tmp_path: Path) -> ExtractRequest:
    return ExtractRequest(Settings(home=tmp_path, as_of=AS_OF), AS_OF)


def test_orders_that_the_app_may_not_read_are_a_gap_until_it_may(request_of_run: ExtractRequest) -> None:
    gaps = Gaps(request_of_run)
    _note(gaps, {"access_scopes": [{"handle": "read_orders"}]})
    (open_one,) = request_of_run.state["gaps"].values()
    assert (open_one["account_id"], open_one["report"], open_one["code"]) == ("us", "orders", "read_all_orders")
    assert "60 days" in open_one["message"]
    assert "--full-refresh" in open_one["advice"]
    _note(gaps, {"access_scopes": [{"handle": "read_orders"}, {"handle": "read_all_orders"}]})
    assert request_of_run.state["gaps"] == {}


def test_a_store_that_does_not_tell_its_scopes_is_left_as_it_was(request_of_run: ExtractRequest) -> None:
    _note(Gaps(request_of_run), {"errors": "Not Found"}, status=404)
    assert request_of_run.state["gaps"] == {}


def _note(gaps: Gaps, answer: dict[str, Any], status: int = 200) -> None:
    def scopes(request: Request) -> Response:
        assert request.headers["x-shopify-access-token"] == "token"
        return Response(orjson.dumps(answer), status)

    with live([Route("/admin/oauth/access_scopes.json", scopes)]) as url:
        note_old_orders(ShopifyClient(Store("us", url, "token", None, None)), gaps)
