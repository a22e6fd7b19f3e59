"""The Shopify connector against the local API server, and against single bad answers, over real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from demo.faults import FaultPlan
from demo.merchant import Merchant
from demo.serve import Server, serve
from ingestion.contract import RawTable
from ingestion.load.pipeline import run_source
from ingestion.source import SourceError
from ingestion.sources.shopify import bulk, nested
from ingestion.sources.shopify.client import QueryTooCostlyError, ShopifyClient
from ingestion.sources.shopify.pages import pages
from ingestion.sources.shopify.parse_children import RefundLines
from ingestion.sources.shopify.parse_orders import OrderLines
from ingestion.sources.shopify.rows import to_rows
from ingestion.sources.shopify.settings import API_VERSION, Store, missing_settings, read_settings
from ingestion.sources.shopify.source import SOURCE
from ingestion.sources.shopify.tables import (
    CUSTOMER_JOURNEY_MOMENTS,
    INVENTORY_LEVELS,
    PRODUCT_VARIANT_PRICES,
    SHOP,
    TABLES,
)
from shophouse.settings import Settings
from tests.support.live import live
from tests.support.raw import landed, ordered
from tests.support.shopify_merchant import write_merchant

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
_JSON = {"tags", "discount_codes", "payment_gateway_names", "selected_options", "codes"}


@pytest.fixture(scope="module")
def merchant(tmp_path_factory: pytest.TempPathFactory) -> Merchant:
    return write_merchant(tmp_path_factory.mktemp("merchant"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", as_of=AS_OF)


@contextmanager
def served(merchant: Merchant, patch: pytest.MonkeyPatch, faults: FaultPlan | None = None) -> Iterator[Server]:
    patch.setenv("RUNTIME__REQUEST_BACKOFF_FACTOR", "0.01")
    with serve(merchant.folder, faults=faults, as_of=AS_OF) as server:
        for name, value in server.configuration().items():
            patch.setenv(name, value)
        yield server


def held(merchant: Merchant, table: RawTable) -> pl.DataFrame:
    """What a sync must land of a merchant's table."""
    frame = merchant.frame("shopify", table.name).collect()
    if table is INVENTORY_LEVELS:
        frame = frame.sort("snapshot_at").unique(["store_id", "inventory_item_id", "location_id"], keep="last")
    if table.name == "orders":
        # Shopify knows the days of a journey once it has put the journey together.
        frame = frame.with_columns(days_to_conversion=pl.when("customer_journey_ready").then("days_to_conversion"))
    return comparable(table, frame)


def comparable(table: RawTable, frame: pl.DataFrame) -> pl.DataFrame:
    """Without what a sync adds, and with JSON read."""
    texts = [pl.col(c).str.json_decode(_json_type(c)) for c in table.polars_schema if c in _JSON]
    frame = ordered(table, frame)
    if table is INVENTORY_LEVELS:
        frame = frame.drop("snapshot_date", "snapshot_at").sort("store_id", "inventory_item_id", "location_id")
    if table is SHOP:
        frame = frame.drop("read_until")
    return frame.with_columns(texts)


def _json_type(column: str) -> pl.DataType:
    option = pl.Struct({"name": pl.String, "value": pl.String})
    return pl.List(option if column == "selected_options" else pl.String)


def assert_landed(settings: Settings, merchant: Merchant) -> None:
    no_journey = (
        merchant.frame("shopify", "orders").filter(~pl.col("customer_journey_ready").fill_null(False)).collect()
    )
    for table in TABLES:
        found, expected = comparable(table, landed(settings, "shopify", table)), held(merchant, table)
        if table is CUSTOMER_JOURNEY_MOMENTS:
            # The merchant has visits of orders that have no journey yet; Shopify shows them with the journey.
            found, expected = (
                frame.filter(~pl.col("order_id").is_in(no_journey["id"].to_list())) for frame in (found, expected)
            )
        if table is not PRODUCT_VARIANT_PRICES:
            assert_frame_equal(found, expected)


def test_bulk_lands_what_the_stores_hold_and_a_second_sync_changes_nothing(
    merchant: Merchant, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Small chunks: children lie in other chunks than their parents.
    monkeypatch.setattr(bulk, "CHUNK_BYTES", 4_000)
    with served(merchant, monkeypatch):
        first = run_source(SOURCE, settings)
        assert_landed(settings, merchant)
        second = run_source(SOURCE, settings)
    assert_landed(settings, merchant)
    assert first.rows["orders"] == merchant.frame("shopify", "orders").collect().height
    assert second.rows.get("orders", 0) == 0
    prices = landed(settings, "shopify", PRODUCT_VARIANT_PRICES)
    variants = merchant.frame("shopify", "product_variants").collect()
    assert sorted(prices["price"]) == sorted(variants["price"])


def test_a_refund_that_no_agreement_names_is_read_by_its_id(
    merchant: Merchant, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    changed = write_merchant(tmp_path / "changed")
    refund = merchant.frame("shopify", "refund_lines").collect()["refund_id"][0]
    agreements = merchant.frame("shopify", "sales_agreements").collect()
    gone = agreements.filter(pl.col("refund_id") == refund)["id"].implode()
    assert len(gone[0])
    changed.write("shopify", "sales_agreements", agreements.filter(~pl.col("id").is_in(gone)))
    sales = merchant.frame("shopify", "sales").collect()
    changed.write("shopify", "sales", sales.filter(~pl.col("agreement_id").is_in(gone)))
    with served(changed, monkeypatch):
        run_source(SOURCE, settings)
    assert_landed(settings, changed)


def test_an_order_line_may_have_two_lines_in_a_refund(
    merchant: Merchant, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(merchant, monkeypatch):
        run_source(SOURCE, settings)
    rows = landed(settings, "shopify", SOURCE.table("refund_lines")).filter(pl.col("store_id") == "aurora-us")
    assert rows.n_unique(["refund_id", "order_line_id"]) == 1
    assert sorted(rows["restock_type"]) == ["CANCEL", "RETURN"]


def test_a_refund_line_without_an_id_is_named_by_its_order_line() -> None:
    nodes = [
        {"__typename": "Order", "id": "o"},
        {"__typename": "RefundAgreement", "id": "a", "__parentId": "o", "refund": {"id": "r"}},
        {"__typename": "RefundLineItem", "id": "rl", "__parentId": "a", "lineItem": {"id": "l1"}},
        {"__typename": "RefundLineItem", "id": None, "__parentId": "a", "lineItem": {"id": "l2"}},
    ]
    parsed = RefundLines("main").parse(b"\n".join(orjson.dumps(node) for node in nodes))
    batches = {rows.table: rows.data for rows in parsed}
    assert batches[SOURCE.table("refund_lines")].select(["id", "order_line_id"]).to_pylist() == [
        {"id": "rl", "order_line_id": "l1"},
        {"id": "l2", "order_line_id": "l2"},
    ]


def test_pages_with_faults_land_the_same(
    merchant: Merchant, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(merchant, monkeypatch, FaultPlan(rate=0.2, seed=4)):
        report = run_source(SOURCE, settings, since=datetime(2020, 1, 1, tzinfo=UTC))
    assert_landed(settings, merchant)
    assert report.rows["sales"] >= merchant.frame("shopify", "sales").collect().height


def test_a_changed_order_loses_the_children_that_it_lost(
    merchant: Merchant, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    changed = write_merchant(tmp_path / "changed")
    refunds = merchant.frame("shopify", "refund_lines").collect()
    store_id, order_id = refunds.select("store_id", "order_id").row(0)
    this_order = (pl.col("store_id") == store_id) & (pl.col("order_id") == order_id)
    for name in ("refund_lines", "tax_lines"):
        changed.write("shopify", name, merchant.frame("shopify", name).filter(~this_order).collect())
    later = pl.when((pl.col("store_id") == store_id) & (pl.col("id") == order_id)).then(pl.lit(AS_OF))
    orders = merchant.frame("shopify", "orders").with_columns(updated_at=later.otherwise("updated_at"))
    changed.write("shopify", "orders", orders.collect())
    with served(merchant, monkeypatch) as server:
        run_source(SOURCE, settings.model_copy(update={"as_of": datetime(2026, 11, 19, tzinfo=UTC)}))
        server.swap(changed.folder)
        report = run_source(SOURCE, settings.model_copy(update={"as_of": datetime(2026, 11, 21, tzinfo=UTC)}))
    assert report.rows["orders"] == 1
    for name in ("orders", "refund_lines", "tax_lines", "order_lines", "sales"):
        table = SOURCE.table(name)
        assert_frame_equal(comparable(table, landed(settings, "shopify", table)), held(changed, table))


def test_a_full_refresh_keeps_a_store_that_is_no_longer_configured_and_judges_each_store_by_itself(
    merchant: Merchant, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    emptied = write_merchant(tmp_path / "emptied")
    for table in TABLES:
        if table.replaced_by_full_refresh:
            rows = merchant.frame("shopify", table.name).filter(pl.col("store_id") != "aurora-us")
            emptied.write("shopify", table.name, rows.collect())
    with served(merchant, monkeypatch) as server:
        run_source(SOURCE, settings)
        for name in server.configuration():
            if "AURORA-EU" in name:
                monkeypatch.delenv(name)
        run_source(SOURCE, settings, full_refresh=True)
        assert_landed(settings, merchant)
        server.swap(emptied.folder)
        with pytest.raises(SourceError, match=r"store_id aurora-us would shrink from \d+ to 0 rows"):
            run_source(SOURCE, settings, full_refresh=True)
        assert_landed(settings, merchant)
        run_source(SOURCE, settings.model_copy(update={"smallest_share": 0.0}), full_refresh=True)
    for table in TABLES:
        if table.replaced_by_full_refresh:
            assert_frame_equal(comparable(table, landed(settings, "shopify", table)), held(emptied, table))


def test_a_load_says_until_when_each_store_was_read_and_a_backfill_does_not(
    merchant: Merchant, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    later, last = AS_OF + timedelta(days=1), AS_OF + timedelta(days=2)
    backfill = {"since": datetime(2026, 10, 1, tzinfo=UTC), "until": datetime(2026, 11, 1, tzinfo=UTC)}

    def read_until(as_of: datetime, **asked: Any) -> dict[str, datetime | None]:
        run_source(SOURCE, settings.model_copy(update={"as_of": as_of}), **asked)
        return dict(landed(settings, "shopify", SHOP).select("store_id", "read_until").iter_rows())

    with served(merchant, monkeypatch) as server:
        assert read_until(AS_OF, **backfill) == {"aurora-us": None, "aurora-eu": None}
        assert read_until(AS_OF) == {"aurora-us": AS_OF, "aurora-eu": AS_OF}
        assert read_until(later, **backfill) == {"aurora-us": AS_OF, "aurora-eu": AS_OF}
        for name in server.configuration():
            if "AURORA-EU" in name:
                monkeypatch.delenv(name)
        assert read_until(last) == {"aurora-us": last, "aurora-eu": AS_OF}
        assert read_until(later) == {"aurora-us": last, "aurora-eu": AS_OF}
        assert read_until(later, full_refresh=True) == {"aurora-us": later, "aurora-eu": AS_OF}


YOUNG = ["gid://shopify/Order/1", "gid://shopify/Order/501"]


def with_journeys(folder: Path, merchant: Merchant, ready: bool, created_at: datetime) -> Merchant:
    """A copy in which two young orders have a journey, or none of it yet."""
    changed = write_merchant(folder)
    young = pl.col("id").is_in(YOUNG)
    orders = merchant.frame("shopify", "orders").with_columns(
        customer_journey_ready=pl.when(young).then(pl.lit(ready)).otherwise("customer_journey_ready"),
        days_to_conversion=pl.when(~young | pl.lit(ready)).then("days_to_conversion"),
        created_at=pl.when(young).then(pl.lit(created_at)).otherwise("created_at"),
    )
    changed.write("shopify", "orders", orders.collect())
    if not ready:
        moments = merchant.frame("shopify", "customer_journey_moments").filter(~pl.col("order_id").is_in(YOUNG))
        changed.write("shopify", "customer_journey_moments", moments.collect())
    return changed


@pytest.mark.parametrize(
    ("age", "later", "arrives"),
    [
        (timedelta(hours=2), timedelta(hours=2), True),
        (timedelta(hours=2), timedelta(hours=1), False),
        (timedelta(days=20), timedelta(days=1), True),
        (timedelta(days=20), timedelta(days=11), False),
    ],
    ids=["young", "asked for recently", "a day later", "too old"],
)
def test_an_order_without_its_journey_is_read_again_although_nothing_moved_its_update_time(
    merchant: Merchant,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    age: timedelta,
    later: timedelta,
    arrives: bool,
) -> None:
    computing = with_journeys(tmp_path / "computing", merchant, ready=False, created_at=AS_OF - age)
    computed = with_journeys(tmp_path / "computed", merchant, ready=True, created_at=AS_OF - age)
    with served(computing, monkeypatch) as server:
        run_source(SOURCE, settings)
        assert_landed(settings, computing)
        server.swap(computed.folder)
        report = run_source(SOURCE, settings.model_copy(update={"as_of": AS_OF + later}))
        again = run_source(SOURCE, settings.model_copy(update={"as_of": AS_OF + later + timedelta(days=2)}))
    assert report.rows.get("orders", 0) == (2 if arrives else 0)
    if arrives:
        for name in ("orders", "order_lines", "refund_lines", "customer_journey_moments"):
            table = SOURCE.table(name)
            found, expected = comparable(table, landed(settings, "shopify", table)), held(computed, table)
            assert_frame_equal(found, expected)
        assert again.rows.get("orders", 0) == 0


def test_a_page_of_orders_that_have_no_journey_yet_waits_too(
    merchant: Merchant, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    created_at = AS_OF - timedelta(hours=2)
    computing = with_journeys(tmp_path / "computing", merchant, ready=False, created_at=created_at)
    computed = with_journeys(tmp_path / "computed", merchant, ready=True, created_at=created_at)
    with served(computing, monkeypatch) as server:
        run_source(SOURCE, settings)
        backfill = settings.model_copy(update={"as_of": AS_OF + timedelta(hours=1)})
        run_source(SOURCE, backfill, since=datetime(2020, 1, 1, tzinfo=UTC))
        server.swap(computed.folder)
        for hours, orders in ((2, 0), (4, 2), (8, 0)):
            moment = settings.model_copy(update={"as_of": AS_OF + timedelta(hours=hours)})
            assert run_source(SOURCE, moment).rows.get("orders", 0) == orders
    assert_landed(settings, computed)


def test_an_amount_too_large_for_its_column_is_refused_by_name() -> None:
    sent = pl.DataFrame({"amount": ["999999999999.99", "1000000000000.00"]})
    with pytest.raises(SourceError, match=r"order_adjustments.*'amount'.*1000000000000\.00"):
        to_rows(SOURCE.table("order_adjustments"), sent)


def test_a_wrong_token_names_store_setting_and_what_shopify_said(
    merchant: Merchant, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(merchant, monkeypatch):
        monkeypatch.setenv("SOURCES__SHOPIFY__STORES__AURORA-EU__ACCESS_TOKEN", "wrong")
        with pytest.raises(
            SourceError, match=r"(?s)aurora-eu.*HTTP 401.*Invalid API key.*stores\.aurora-eu\.access_token"
        ):
            run_source(SOURCE, settings)


def test_client_credentials_are_exchanged_and_a_stale_token_is_renewed(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(merchant, monkeypatch) as server:
        client = ShopifyClient(Store("aurora-us", server.url, None, "aurora-us", "secret"))
        assert client.execute("shop")["shop"]["currencyCode"] == "USD"
        client._token = "expired"
        assert client.execute("shop")["shop"]["currencyCode"] == "USD"
        stranger = ShopifyClient(Store("aurora-us", server.url, None, "stranger", "secret"))
        with pytest.raises(SourceError, match=r"no access token \(HTTP 401\).*client_secret"):
            stranger.execute("shop")


def test_settings_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [item.key for item in missing_settings()]
    assert keys == ["sources.shopify.stores.main.shop_domain", "sources.shopify.stores.main.access_token"]
    monkeypatch.setenv("SOURCES__SHOPIFY__STORES__OUTLET__SHOP_DOMAIN", "outlet.myshopify.com")
    assert [item.key for item in missing_settings()] == ["sources.shopify.stores.outlet.access_token"]
    with pytest.raises(SourceError, match=r"not set: sources\.shopify\.stores\.outlet\.access_token"):
        read_settings()
    monkeypatch.setenv("SOURCES__SHOPIFY__STORES__OUTLET__ACCESS_TOKEN", "token")
    assert [(s.store_id, s.base_url) for s in read_settings()] == [("outlet", "https://outlet.myshopify.com")]


Answers = Callable[[dict[str, Any]], tuple[int, Any]]


@contextmanager
def answering(answers: Answers, version: str = API_VERSION) -> Iterator[tuple[ShopifyClient, list[float]]]:
    """A client of a server that answers as told, and the seconds that the client has slept."""

    async def graphql(request: Request) -> Response:
        status, body = answers(orjson.loads(await request.body()))
        return Response(orjson.dumps(body), status, {"X-Shopify-API-Version": version}, "application/json")

    slept: list[float] = []
    with live([Route("/admin/api/{version}/graphql.json", graphql, methods=["POST"])]) as url:
        yield ShopifyClient(Store("main", url, "token", None, None), sleep=slept.append), slept


def _cost(requested: float, available: float, rate: float = 100.0) -> dict[str, Any]:
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": available, "restoreRate": rate}
    return {"cost": {"requestedQueryCost": requested, "actualQueryCost": None, "throttleStatus": status}}


def _error(code: str, message: str = "no") -> dict[str, Any]:
    return {"errors": [{"message": message, "extensions": {"code": code}}]}


def test_a_throttled_answer_is_waited_out_exactly() -> None:
    left = [_error("THROTTLED") | {"extensions": _cost(752, 666)}, {"data": {"shop": {}}}]
    with answering(lambda _: (200, left.pop(0))) as (client, slept):
        assert client.execute("shop") == {"shop": {}}
    assert slept == [pytest.approx(0.86)]


def test_a_query_waits_until_the_bucket_holds_what_it_cost_before() -> None:
    with answering(lambda _: (200, {"data": {}, "extensions": _cost(500, 100)})) as (client, slept):
        client.execute("shop")
        client.execute("shop")
    assert slept == [pytest.approx(4.0, abs=0.2)]


def test_a_page_that_is_too_costly_is_asked_for_in_smaller_ones() -> None:
    asked: list[int] = []

    def answer(body: dict[str, Any]) -> tuple[int, Any]:
        first, after = body["variables"]["first"], body["variables"]["after"]
        asked.append(first)
        if first > 2:
            return 200, _error("MAX_COST_EXCEEDED")
        nodes = [{"__typename": "Location", "id": f"{after}{n}"} for n in range(first)]
        return 200, {
            "data": {"locations": {"pageInfo": {"hasNextPage": after is None, "endCursor": "x"}, "nodes": nodes}}
        }

    with answering(answer) as (client, _):
        found = [len(page) for page in pages(client, "locations", "locations", 8)]
    assert (found, asked) == ([2, 2], [8, 4, 2, 2])


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, {"data": {"shop": None}} | _error("ACCESS_DENIED", "Access denied for shop"), "Access denied.*scopes"),
        (200, {"data": {"shop": {}}, "errors": [{"message": "half of it"}]}, "half of it"),
        (402, {"errors": "Payment Required"}, "HTTP 402: Payment Required.*frozen"),
        (404, {"errors": "Not Found"}, "HTTP 404: Not Found.*shop_domain"),
        (403, {"errors": "[API] This action requires merchant approval"}, "HTTP 403.*merchant approval.*scopes"),
    ],
)
def test_a_refusal_says_store_reason_and_what_to_do(status: int, body: dict[str, Any], said: str) -> None:
    with (
        answering(lambda _: (status, body)) as (client, _),
        pytest.raises(SourceError, match=f"(?s)store main.*{said}"),
    ):
        client.execute("shop")


def test_another_api_version_is_refused() -> None:
    with (
        answering(lambda _: (200, {"data": {"shop": {}}}), version="2026-10") as (client, _),
        pytest.raises(SourceError, match="served API version 2026-10, 2026-07 was asked for"),
    ):
        client.execute("shop")


def test_a_query_too_costly_is_its_own_error() -> None:
    with answering(lambda _: (200, _error("MAX_COST_EXCEEDED"))) as (client, _), pytest.raises(QueryTooCostlyError):
        client.execute("shop")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"__typename": "Order", "id": "o", "number": "seven"}, "number"),
        ({"__typename": "Order", "id": "o", "createdAt": "yesterday"}, "created_at|datetime|strptime"),
        ({"__typename": "Parcel", "id": "p"}, "unknown type.*Parcel"),
    ],
)
def test_a_changed_type_or_an_unknown_object_stops_the_load(line: dict[str, Any], said: str) -> None:
    with pytest.raises(SourceError, match=said):
        list(OrderLines("main").parse(orjson.dumps(line))[1])


@pytest.mark.parametrize("chunk", [b'{"__typename": "Order", "id": "\xff"}', b'{"__typename": "Order", "id": "\x01"}'])
def test_a_line_that_is_no_json_text_stops_the_load(chunk: bytes) -> None:
    with pytest.raises(SourceError, match="orders: a line is no JSON text"):
        OrderLines("main").parse(chunk)


def test_a_page_becomes_the_lines_of_a_bulk_file() -> None:
    page = {"pageInfo": {"hasNextPage": False}}
    node = {
        "__typename": "Order",
        "id": "o",
        "customer": {"id": "c"},
        "customerJourneySummary": {
            "ready": True,
            "moments": page | {"nodes": [{"__typename": "CustomerVisit", "id": "v"}]},
        },
        "lineItems": page | {"nodes": [{"__typename": "LineItem", "id": "l"}]},
    }
    assert [orjson.loads(line) for line in nested.lines([node]).split(b"\n")] == [
        {"__typename": "Order", "id": "o", "customer": {"id": "c"}, "customerJourneySummary": {"ready": True}},
        {"__typename": "CustomerVisit", "id": "v", "__parentId": "o"},
        {"__typename": "LineItem", "id": "l", "__parentId": "o"},
    ]
