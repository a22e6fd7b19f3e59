"""What the server does that Shopify's schema does not say: tokens, pages, search, costs, bulk rules, webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import operator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import polars as pl
import pytest

from demo.vendors.shopify.bulk import Worker
from demo.vendors.shopify.cost import Bucket
from demo.vendors.shopify.search import SearchSyntaxError, predicate
from demo.vendors.shopify.service import Call, StoreService
from demo.vendors.shopify.store import Store
from demo.vendors.shopify.webhooks import delivery
from tests.demo.vendors.conftest import AS_OF, VERSION, Client
from tests.support.shopify_merchant import EU, US, at, gid, write_merchant, write_rows

_ORDERS = """query ($first: Int, $last: Int, $after: String, $before: String, $query: String, $reverse: Boolean,
  $sortKey: OrderSortKeys) { orders(first: $first, last: $last, after: $after, before: $before, query: $query,
  reverse: $reverse, sortKey: $sortKey) { pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  nodes { id } edges { cursor node { id updatedAt } } } }"""


def _numbers(connection: dict[str, Any]) -> list[int]:
    return [int(node["id"].rsplit("/", 1)[1]) for node in connection["nodes"]]


def test_the_token_tells_the_store(shopify_url: str) -> None:
    query = "{ shop { name currencyCode } orders(first: 1, sortKey: ID) { nodes { id } } }"
    american = Client(shopify_url, f"demo-token-{US}").data(query)
    european = Client(shopify_url, f"demo-token-{EU}").data(query)
    assert american["shop"]["currencyCode"] == "USD" and _numbers(american["orders"]) == [1]
    assert european["shop"]["currencyCode"] == "EUR" and _numbers(european["orders"]) == [501]


def test_a_wrong_token_is_refused_as_shopify_refuses_it(shopify_url: str) -> None:
    answer = Client(shopify_url, "demo-token-nobody").http(
        f"/admin/api/{VERSION}/graphql.json", {"query": "{shop{id}}"}
    )
    assert answer.status == 401
    assert answer.json["errors"].startswith("[API] Invalid API key or access token")


def test_client_credentials_give_a_token(client: Client) -> None:
    wanted = {"client_id": EU, "client_secret": "anything", "grant_type": "client_credentials"}
    answer = client.http("/admin/oauth/access_token", wanted)
    assert answer.json["access_token"] == f"demo-token-{EU}"
    assert answer.json["expires_in"] == 86_399
    assert "read_all_orders" in answer.json["scope"].split(",")
    assert client.http("/admin/oauth/access_token", wanted | {"client_id": "nobody"}).status == 401
    scopes = client.http("/admin/oauth/access_scopes.json").json["access_scopes"]
    assert {"handle": "read_orders"} in scopes


def test_the_served_version_is_answered_whatever_older_version_is_asked(client: Client) -> None:
    body = {"query": "{ shop { id } }"}
    assert client.http("/admin/api/2024-01/graphql.json", body).headers["X-Shopify-API-Version"] == VERSION
    assert client.http("/admin/api/2027-01/graphql.json", body).status == 404


def test_faulty_requests_are_answered_with_http_200(client: Client) -> None:
    unknown = client.execute("{ orders(first: 1) { nodes { colour } } }")
    assert unknown["errors"][0]["extensions"]["code"] == "undefinedField"
    assert "data" not in unknown
    assert "Syntax Error" in client.execute("{ orders(")["errors"][0]["message"]
    assert client.execute("query ($id: ID!) { order(id: $id) { id } }")["errors"][0]["extensions"]["code"]
    assert "first or last" in client.execute("{ orders { nodes { id } } }")["errors"][0]["message"]
    assert "250" in client.execute("{ orders(first: 251) { nodes { id } } }")["errors"][0]["message"]
    assert client.execute(_ORDERS, first=1, after="rubbish")["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert client.http(f"/admin/api/{VERSION}/graphql.json", {"no": "query"}).status == 400


def test_introspection_works(client: Client) -> None:
    answer = client.data('{ __typename __schema { queryType { name } } __type(name: "Order") { fields { name } } }')
    assert answer["__typename"] == "QueryRoot"
    assert answer["__schema"]["queryType"]["name"] == "QueryRoot"
    assert {"name": "lineItems"} in answer["__type"]["fields"]


def test_pages_forward_and_backward(client: Client) -> None:
    seen, after = [], None
    while True:
        page = client.data(_ORDERS, first=2, after=after, sortKey="UPDATED_AT")["orders"]
        seen += _numbers(page)
        assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == [1, 2, 3, 4, 5]
    back = client.data(_ORDERS, last=2, before=after, sortKey="UPDATED_AT")["orders"]
    assert _numbers(back) == [3, 4] and back["pageInfo"]["hasPreviousPage"]
    turned = client.data(_ORDERS, first=2, sortKey="UPDATED_AT", reverse=True)["orders"]
    assert _numbers(turned) == [5, 4]
    after_turned = client.data(
        _ORDERS, first=9, after=turned["pageInfo"]["endCursor"], sortKey="UPDATED_AT", reverse=True
    )
    assert _numbers(after_turned["orders"]) == [3, 2, 1]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("updated_at:>='2026-10-14T12:00:00Z' updated_at:<'2026-10-16T12:00:00Z'", [2, 3]),
        ("updated_at:>='2026-10-14T14:00:00+02:00' AND updated_at:<'2026-10-15'", [2]),
        ("id:>=4", [4, 5]),
        ("id:2 OR id:gid://shopify/Order/5", [2, 5]),
        ("-(id:1 OR id:2) NOT id:3", [4, 5]),
        ("financial_status:partially_refunded", [1]),
        ("source_name:pos,web id:<=4 id:>3", [4]),
        ("customer_id:*", [1, 3, 5]),
        ("tag:vip discount_code:AUTUMN10", [1]),
        ("'#1003'", [3]),
        ("name:#100*", [1, 2, 3, 4, 5]),
    ],
)
def test_search(query: str, expected: list[int], client: Client) -> None:
    assert _numbers(client.data(_ORDERS, first=10, query=query, sortKey="ID")["orders"]) == expected


def test_a_name_that_cannot_be_searched_is_ignored_with_a_warning(client: Client) -> None:
    answer = client.execute(_ORDERS, first=10, query="colour:red id:1")
    assert _numbers(answer["data"]["orders"]) == [1]
    assert answer["extensions"]["search"][0]["warnings"][0]["field"] == "colour"


@pytest.mark.parametrize("query", ["(id:1", "id:1)", "OR id:1", "updated_at:>yesterday", "id:one"])
def test_search_that_cannot_be_read(query: str) -> None:
    with pytest.raises(SearchSyntaxError):
        predicate(query, {"id": "id", "updated_at": "updated_at"})


def test_nested_pages(client: Client) -> None:
    query = """query ($after: String) { order(id: "gid://shopify/Order/3") { lineItems(first: 2, after: $after) {
      pageInfo { hasNextPage endCursor } edges { cursor node { id } } } } }"""
    first = client.data(query)["order"]["lineItems"]
    assert [e["node"]["id"] for e in first["edges"]] == [gid("LineItem", 31), gid("LineItem", 32)]
    assert first["pageInfo"] == {"hasNextPage": True, "endCursor": first["edges"][1]["cursor"]}
    rest = client.data(query, after=first["pageInfo"]["endCursor"])["order"]["lineItems"]
    assert [e["node"]["id"] for e in rest["edges"]] == [gid("LineItem", 33)]
    assert not rest["pageInfo"]["hasNextPage"]


def test_nodes_of_any_type_and_of_none(client: Client) -> None:
    ids = [gid("Order", 2), gid("Refund", 1), gid("Order", 404), gid("Comet", 1), gid("BulkOperation", 404)]
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Order { name } ... on Refund { note } } }"
    assert client.data(query, ids=ids)["nodes"] == [
        {"id": ids[0], "name": "#1002"},
        {"id": ids[1], "note": "sorry"},
        None,
        None,
        None,
    ]


def test_money_text_and_presentment(client: Client) -> None:
    money = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
    order = client.data(f'{{ order(id: "gid://shopify/Order/2") {{ totalPriceSet {money} totalTaxSet {money} }} }}')[
        "order"
    ]
    assert order["totalPriceSet"]["shopMoney"] == {"amount": "200.0", "currencyCode": "USD"}
    assert order["totalPriceSet"]["presentmentMoney"] == {"amount": "274.0", "currencyCode": "CAD"}
    assert order["totalTaxSet"]["presentmentMoney"] == {"amount": "11.3", "currencyCode": "CAD"}


def test_levels_are_those_of_the_latest_snapshot(client: Client) -> None:
    query = """{ inventoryItem(id: "gid://shopify/InventoryItem/11") { inventoryLevels(first: 5) { nodes {
      quantities(names: ["on_hand", "available", "nonsense"]) { name quantity } } } } }"""
    levels = client.data(query)["inventoryItem"]["inventoryLevels"]["nodes"]
    assert levels == [{"quantities": [{"name": "on_hand", "quantity": 5}, {"name": "available", "quantity": 4}]}]


def test_hidden_until_asked_for(client: Client) -> None:
    names = "{ nodes { name } }"
    both = client.data(
        f"{{ few: locations(first: 9) {names} all: locations(first: 9, includeInactive: true, includeLegacy: true) {names} }}"
    )
    assert [n["name"] for n in both["few"]["nodes"]] == ["Warehouse"]
    assert len(both["all"]["nodes"]) == 3
    lines = '{ order(id: "gid://shopify/Order/1") { few: shippingLines(first: 9) { nodes { title } } all: shippingLines(first: 9, includeRemovals: true) { nodes { title } } } }'
    order = client.data(lines)["order"]
    assert [len(order[k]["nodes"]) for k in ("few", "all")] == [1, 2]


def test_costs_are_charged_and_the_difference_given_back(client: Client) -> None:
    cost = client.execute("{ products(first: 200) { nodes { id } } }")["extensions"]["cost"]
    assert cost["requestedQueryCost"] == 11
    assert cost["actualQueryCost"] == 2 + 1
    assert cost["throttleStatus"]["maximumAvailable"] == 20_000
    dear = "{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { product { id variants(first: 250) { nodes { id } } } } } } } }"
    refused = client.execute(dear)
    assert refused["errors"][0]["extensions"]["code"] == "MAX_COST_EXCEEDED"
    assert refused["extensions"]["cost"]["actualQueryCost"] is None


def test_an_empty_bucket_throttles_and_fills_again() -> None:
    now = [0.0]
    bucket = Bucket(100, 10, clock=lambda: now[0])
    assert bucket.take(95) and not bucket.take(20)
    now[0] = 1.5
    assert bucket.take(20)
    bucket.give_back(1000)
    assert bucket.status()["currentlyAvailable"] == 100


def test_throttled_in_http_200(tmp_path: Path) -> None:
    merchant = write_merchant(tmp_path / "merchant")
    shop = merchant.frame("shopify", "shop").with_columns(plan_name=pl.lit("Basic")).collect()
    merchant.write("shopify", "shop", shop)
    service = StoreService(Store(merchant, US, AS_OF), tmp_path, Worker())
    call = Call("{ orders(first: 250) { nodes { lineItems(first: 100) { nodes { id } } } } }", None, None, "")
    answers = [json.loads(service.answer(call))]
    service.bucket.take(service.bucket.status()["currentlyAvailable"])
    answers.append(json.loads(service.answer(call)))
    assert "data" in answers[0]
    assert answers[1]["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert "data" not in answers[1]
    assert answers[1]["extensions"]["cost"]["throttleStatus"]["restoreRate"] == 100


def test_bulk_gives_what_pages_give(client: Client) -> None:
    fields = "__typename id updatedAt totalPriceSet { shopMoney { amount } } refunds { id note }"
    line = "__typename id quantity taxLines { title }"
    paged = client.data(
        f"{{ orders(first: 9, sortKey: ID) {{ nodes {{ {fields} lineItems(first: 9) {{ nodes {{ {line} }} }} }} }} }}"
    )
    bulk = f"{{ orders {{ edges {{ node {{ {fields} lineItems {{ edges {{ node {{ {line} }} }} }} }} }} }} }}"
    expected = []
    for order in paged["orders"]["nodes"]:
        lines = order.pop("lineItems")["nodes"]
        expected += [order, *({**below, "__parentId": order["id"]} for below in lines)]
    assert client.bulk(bulk, grouped=True) == expected
    key = operator.itemgetter("id")
    assert sorted(client.bulk(bulk), key=key) == sorted(expected, key=key)


def test_a_bulk_operation_that_waits_can_be_cancelled(tmp_path: Path) -> None:
    worker, busy = Worker(), Event()
    worker.add(busy.wait)
    service = StoreService(Store(write_merchant(tmp_path / "merchant"), US, AS_OF), tmp_path, worker)
    started, _ = service.bulk.run("{ orders { edges { node { id } } } }", grouped=False)
    assert started and started.status == "CREATED"
    cancel = f'mutation {{ bulkOperationCancel(id: "{started.gid}") {{ bulkOperation {{ status }} }} }}'
    answer = json.loads(service.answer(Call(cancel, None, None, "")))
    assert answer["data"]["bulkOperationCancel"]["bulkOperation"]["status"] == "CANCELING"
    busy.set()
    done = Event()
    worker.add(done.set)
    assert done.wait(timeout=20)
    assert started.status == "CANCELED"


def test_a_bulk_operation_without_a_match_has_no_file(client: Client) -> None:
    assert client.bulk('{ orders(query: "id:>900") { edges { node { id } } } }') == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ shop { id } }", "at least one connection"),
        ('mutation { bulkOperationCancel(id: "x") { userErrors { message } } }', "Only queries"),
        ("query ($n: Int) { orders(first: $n) { nodes { id } } }", "no variables"),
        ("{ orders { nodes { id } } products { nodes { id } } }", "exactly one root field"),
        ('{ node(id: "gid://shopify/Order/1") { id } }', "cannot use the top level node"),
        ("{ orders { nodes { refunds { refundLineItems { nodes { id } } } } } }", "within a list field"),
        (
            "{ customers { nodes { orders { nodes { agreements { nodes { sales { nodes { id } } } } } } } } }",
            "nesting depth",
        ),
        (
            """{ orders { nodes { lineItems { nodes { id } } shippingLines { nodes { id } } returns { nodes { id } }
            agreements { nodes { id } } discountApplications { nodes { index } } } } }""",
            "more than 5 connections",
        ),
        ("{ orders { nodes { colour } } }", "colour"),
    ],
)
def test_bulk_rules(query: str, message: str, client: Client) -> None:
    run = "mutation ($q: String!) { bulkOperationRunQuery(query: $q, groupObjects: false) { bulkOperation { id } userErrors { code message } } }"
    answer = client.data(run, q=query)["bulkOperationRunQuery"]
    assert answer["bulkOperation"] is None
    assert answer["userErrors"][0]["code"] == "INVALID"
    assert message in answer["userErrors"][0]["message"]


def test_a_merchant_that_shopify_could_not_hold_is_named(tmp_path: Path) -> None:
    merchant = write_merchant(tmp_path / "merchant")
    orders = merchant.frame("shopify", "orders").with_columns(display_financial_status=pl.lit("SPENT")).collect()
    merchant.write("shopify", "orders", orders)
    service = StoreService(Store(merchant, US, AS_OF), tmp_path, Worker())
    answer = json.loads(
        service.answer(Call("{ orders(first: 1) { nodes { displayFinancialStatus } } }", None, None, ""))
    )
    assert "displayFinancialStatus holds ['SPENT']" in answer["errors"][0]["message"]
    write_rows(merchant, "refunds", [{"store_id": US, "id": gid("Refund", 9), "order_id": gid("Order", 1)}])
    answer = json.loads(
        service.answer(Call('{ refund(id: "gid://shopify/Refund/9") { processedAt } }', None, None, ""))
    )
    assert "Refund.processedAt is DateTime! in Shopify's schema" in answer["errors"][0]["message"]


def test_webhook_subscriptions(client: Client) -> None:
    create = """mutation ($topic: WebhookSubscriptionTopic!, $s: WebhookSubscriptionInput!) {
      webhookSubscriptionCreate(topic: $topic, webhookSubscription: $s) {
        webhookSubscription { id topic uri format apiVersion { handle } } userErrors { field message } } }"""
    wanted = {"topic": "REFUNDS_CREATE", "s": {"uri": "https://example.com/refunds"}}
    made = client.data(create, **wanted)["webhookSubscriptionCreate"]["webhookSubscription"]
    assert made["topic"] == "REFUNDS_CREATE" and made["apiVersion"]["handle"] == VERSION
    assert client.data(create, **wanted)["webhookSubscriptionCreate"]["userErrors"][0]["field"] == [
        "webhookSubscription",
        "uri",
    ]
    delete = "mutation ($id: ID!) { webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId } }"
    assert client.data(delete, id=made["id"])["webhookSubscriptionDelete"]["deletedWebhookSubscriptionId"] == made["id"]


@pytest.mark.parametrize(
    ("topic", "id_", "expected"),
    [
        (
            "orders/updated",
            gid("Order", 1),
            {"id": 1, "name": "#1001", "total_price": "100.00", "financial_status": "partially_refunded"},
        ),
        ("refunds/create", gid("Refund", 1), {"id": 1, "order_id": 1, "note": "sorry"}),
        ("products/update", gid("Product", 2), {"id": 2, "status": "active", "tags": "new, sale"}),
        ("products/delete", gid("Product", 2), {"id": 2}),
        (
            "inventory_levels/update",
            "gid://shopify/InventoryLevel/1?inventory_item_id=11",
            {"inventory_item_id": 11, "available": 4},
        ),
    ],
)
def test_webhook_deliveries(topic: str, id_: str, expected: dict[str, Any], tmp_path: Path) -> None:
    store = Store(write_merchant(tmp_path), US, datetime(2026, 10, 20, tzinfo=UTC))
    body, headers = delivery(store, topic, id_, "secret")
    assert json.loads(body).items() >= expected.items()
    signed = hmac.new(b"secret", body, hashlib.sha256).digest()
    assert headers["X-Shopify-Hmac-SHA256"] == base64.b64encode(signed).decode()
    assert headers["X-Shopify-Topic"] == topic
    assert headers["X-Shopify-Shop-Domain"] == f"{US}.myshopify.com"
    assert delivery(store, topic, id_, "secret")[1]["X-Shopify-Webhook-Id"] == headers["X-Shopify-Webhook-Id"]
    with pytest.raises(ValueError, match="webhook topic"):
        delivery(store, "comets/pass", id_, "secret")
    if topic != "products/delete":
        with pytest.raises(LookupError):
            delivery(store, topic, gid("Order", 404), "secret")


def test_order_webhooks_hold_lines_and_refunds(tmp_path: Path) -> None:
    store = Store(write_merchant(tmp_path), US, AS_OF)
    order = json.loads(delivery(store, "orders/create", gid("Order", 1), "secret")[0])
    assert order["created_at"] == at(11).isoformat()
    assert order["line_items"][0]["price"] == "50.00"
    assert order["refunds"][0]["refund_line_items"][0]["restock_type"] == "return"
