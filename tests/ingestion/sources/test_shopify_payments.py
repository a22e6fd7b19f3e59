"""Shopify Payments against the local API server: what lands, what is read again, and shops of which nothing is to be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
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
from ingestion.source import ExtractRequest
from ingestion.sources.shopify.client import ShopifyClient
from ingestion.sources.shopify.payments import LOOKBACK, PaymentsAccount
from ingestion.sources.shopify.settings import API_VERSION, Store
from ingestion.sources.shopify.tables import BALANCE_TRANSACTIONS, PAYOUTS
from shophouse.settings import Settings
from tests.support.live import live
from tests.support.shopify_merchant import US, at, write_merchant

AS_OF = datetime(2026, 10, 21, 12, tzinfo=UTC)
State = dict[str, Any]


@pytest.fixture(scope="module")
def merchant(tmp_path_factory: pytest.TempPathFactory) -> Merchant:
    return write_merchant(tmp_path_factory.mktemp("merchant"))


def test_what_the_account_holds_lands_without_the_transfers(merchant: Merchant, tmp_path: Path) -> None:
    with _served(merchant) as client:
        read = _read(client, _request(tmp_path, {}))
    for table in (PAYOUTS, BALANCE_TRANSACTIONS):
        held = merchant.frame("shopify", table.name).filter(pl.col("store_id") == US).collect()
        assert read[table.name].sort("id").equals(held.select(read[table.name].columns).sort("id")), table.name


def test_the_next_sync_reads_the_last_days_again_and_a_backfill_its_own(merchant: Merchant, tmp_path: Path) -> None:
    state: State = {}
    with _served(merchant) as client:
        _read(client, _request(tmp_path, state))
        assert state["payments_read_until"] == {US: AS_OF.isoformat()}
        later = _request(tmp_path, state, as_of=at(14, minute=1) + LOOKBACK)
        assert len(_read(client, later)[BALANCE_TRANSACTIONS.name]) == 5
        again = set(_read(client, later)[BALANCE_TRANSACTIONS.name]["type"])
        assert again == {"REFUND", "DISPUTE_WITHDRAWAL", "ADJUSTMENT"}
        backfill = _request(tmp_path, state, since=at(12), until=at(13))
        assert _read(client, backfill)[BALANCE_TRANSACTIONS.name]["type"].to_list() == ["CHARGE"]
    assert state["payments_read_until"] == {US: later.as_of.isoformat()}


def test_a_shop_without_shopify_payments_is_a_gap_that_costs_nothing(tmp_path: Path) -> None:
    state: State = {}
    with _served(_without_payments(tmp_path)) as client:
        assert _read(client, _request(tmp_path, state)) == {}
    (gap,) = state["gaps"].values()
    assert (gap["account_id"], gap["report"], gap["cause"]) == (US, "payouts", "closed")
    assert "no Shopify Payments account" in gap["message"]
    assert state.get("payments_read_until", {}) == {}


def test_an_app_without_the_scope_is_a_gap_until_it_has_it(merchant: Merchant, tmp_path: Path) -> None:
    state: State = {}
    said = "Access denied for shopifyPaymentsAccount field. Required access: `read_shopify_payments_accounts`"

    def denied(_: Request) -> Response:
        error = {"message": said, "extensions": {"code": "ACCESS_DENIED"}, "path": ["shopifyPaymentsAccount"]}
        answer = {"data": {"shopifyPaymentsAccount": None}, "errors": [error]}
        return Response(orjson.dumps(answer), headers={"X-Shopify-API-Version": API_VERSION})

    with live([Route("/admin/api/{version}/graphql.json", denied, methods=["POST"])]) as url:
        assert _read(_client(url), _request(tmp_path, state)) == {}
    (gap,) = state["gaps"].values()
    assert (gap["cause"], gap["code"], gap["message"]) == ("refused", "ACCESS_DENIED", said)
    assert "read_shopify_payments_payouts" in gap["advice"]
    with _served(merchant) as client:
        assert set(_read(client, _request(tmp_path, state))) == {"payouts", "balance_transactions"}
    assert state["gaps"] == {}


def _without_payments(folder: Path) -> Merchant:
    """The merchant, paid by another gateway."""
    merchant = write_merchant(folder / "other")
    transactions = merchant.frame("shopify", "transactions").collect()
    merchant.write("shopify", "transactions", transactions.with_columns(gateway=pl.lit("paypal")))
    return merchant


@contextmanager
def _served(merchant: Merchant) -> Iterator[ShopifyClient]:
    with live(shopify.routes(merchant, AS_OF)) as url:
        yield _client(url)


def _client(url: str) -> ShopifyClient:
    return ShopifyClient(Store(US, url, f"demo-token-{US}", None, None))


def _request(home: Path, state: State, **values: Any) -> ExtractRequest:
    settings = Settings(home=home, as_of=AS_OF)
    return ExtractRequest(settings, values.pop("as_of", AS_OF), state=state, **values)


def _read(client: ShopifyClient, request: ExtractRequest) -> dict[str, pl.DataFrame]:
    account = PaymentsAccount(request, client, Gaps(request))
    found = {batch.table.name: pl.DataFrame(batch.data) for batch in account.read()}
    account.remember()
    return found
