"""Shopify's webhooks: an order or a customer that was deleted goes with all that hangs on it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demo.serve import serve
from ingestion.contract import RawTable
from ingestion.kit.webhooks import Delivery
from ingestion.load.pipeline import run_source
from ingestion.sources.shopify.children import ORDER_CHILDREN
from ingestion.sources.shopify.source import SOURCE
from ingestion.sources.shopify.tables import CUSTOMERS, ORDERS
from ingestion.sources.shopify.webhooks import SIGNED, deletions
from shophouse.settings import Settings
from tests.support.raw import landed
from tests.support.shared import shared
from tests.support.shopify_merchant import write_merchant
from tests.support.webhooks import spool

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECRET = "the app's"


def _ids(settings: Settings, table: RawTable, column: str) -> set[tuple[str, str]]:
    return set(landed(settings, "shopify", table).select("store_id", column).rows())


def test_a_deleted_order_goes_with_all_that_hangs_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    merchant = write_merchant(tmp_path / "merchant")
    settings = Settings(home=tmp_path / "home", as_of=AS_OF)
    with serve(merchant.folder, as_of=AS_OF) as server:
        for name, value in server.configuration().items():
            monkeypatch.setenv(name, value)
        run_source(SOURCE, settings)
        before = {table.name: _ids(settings, table, "order_id") for table in ORDER_CHILDREN}
        orders, customers = _ids(settings, ORDERS, "id"), _ids(settings, CUSTOMERS, "id")
        store, order = sorted(before["sales"])[0]
        customer = next(found for of, found in sorted(customers) if of == store)
        monkeypatch.setenv(f"SOURCES__SHOPIFY__STORES__{store.upper()}__CLIENT_SECRET", SECRET)
        files = [
            spool(settings.webhooks / "shopify" / store, topic.replace("/", "-"), SIGNED, SECRET, topic, body)
            for topic, body in (
                ("orders/delete", json.dumps({"id": int(order.rsplit("/", 1)[1])})),
                ("customers/delete", json.dumps({"id": int(customer.rsplit("/", 1)[1])})),
                ("orders/updated", json.dumps({"id": 1})),
            )
        ]
        run_source(SOURCE, settings.model_copy(update={"as_of": AS_OF + timedelta(hours=1)}))
    assert orders - _ids(settings, ORDERS, "id") == {(store, order)}
    assert customers - _ids(settings, CUSTOMERS, "id") == {(store, customer)}
    for table in ORDER_CHILDREN:
        assert before[table.name] - _ids(settings, table, "order_id") == before[table.name] & {(store, order)}
    assert not any(file.exists() for file in files)


def test_a_body_is_of_rest_shape() -> None:
    sent = json.loads(shared("data/shopify_rest_fixtures/order.json").read_text())["order"]
    gone = next(deletions("main", [Delivery("d", "orders/delete", sent)]))
    assert gone.keys.to_pylist() == [{"store_id": "main", "id": f"gid://shopify/Order/{sent['id']}"}]
