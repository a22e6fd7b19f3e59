"""Webhooks: subscriptions, and the payloads that Shopify delivers (REST-shaped, signed)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from typing import Any

import orjson
import polars as pl

from demo.vendors.shopify.store import Store

API_VERSION = "2026-07"
_NUMBER = r"/(\d+)(?:\?.*)?$"
_TOPICS: dict[str, tuple[str, str]] = {
    "orders/create": ("orders", "id"),
    "orders/updated": ("orders", "id"),
    "refunds/create": ("refunds", "id"),
    "products/create": ("products", "id"),
    "products/update": ("products", "id"),
    "products/delete": ("products", "id"),
    "inventory_levels/update": ("inventory_levels", "id"),
}


class Subscriptions:
    """A store's webhook subscriptions."""

    def __init__(self, store: Store) -> None:
        self._created_at = store.as_of.strftime("%Y-%m-%dT%H:%M:%SZ")
        self._all: dict[str, dict[str, Any]] = {}

    def create(self, topic: str, webhookSubscription: dict[str, Any]) -> dict[str, Any]:
        """Adds a subscription; the payload of the mutation."""
        uri = webhookSubscription.get("uri") or webhookSubscription.get("callbackUrl")
        if not uri:
            error = {"field": ["webhookSubscription", "uri"], "message": "Address can't be blank"}
            return {"webhookSubscription": None, "userErrors": [error]}
        if any(s["topic"] == topic and s["uri"] == uri for s in self._all.values()):
            error = {
                "field": ["webhookSubscription", "uri"],
                "message": "Address for this topic has already been taken",
            }
            return {"webhookSubscription": None, "userErrors": [error]}
        number = len(self._all) + 1
        made = {
            "id": f"gid://shopify/WebhookSubscription/{number}",
            "legacyResourceId": str(number),
            "topic": topic,
            "uri": uri,
            "format": webhookSubscription.get("format") or "JSON",
            "filter": webhookSubscription.get("filter"),
            "includeFields": webhookSubscription.get("includeFields") or [],
            "metafieldNamespaces": webhookSubscription.get("metafieldNamespaces") or [],
            "name": webhookSubscription.get("name"),
            "apiVersion": {"handle": API_VERSION, "displayName": API_VERSION, "supported": True},
            "createdAt": self._created_at,
            "updatedAt": self._created_at,
        }
        self._all[str(made["id"])] = made
        return {"webhookSubscription": made, "userErrors": []}

    def delete(self, gid: str) -> dict[str, Any]:
        """Removes a subscription; the payload of the mutation."""
        if self._all.pop(gid, None) is None:
            error = {"field": ["id"], "message": "Webhook subscription does not exist"}
            return {"deletedWebhookSubscriptionId": None, "userErrors": [error]}
        return {"deletedWebhookSubscriptionId": gid, "userErrors": []}

    def find(self, gid: str) -> dict[str, Any] | None:
        """The subscription of that id."""
        return self._all.get(gid)

    def all(self) -> list[dict[str, Any]]:
        """All subscriptions, the oldest first."""
        return list(self._all.values())


def delivery(store: Store, topic: str, gid: str, secret: str) -> tuple[bytes, dict[str, str]]:
    """The webhook that Shopify sends about one object.

    Args:
        store: whose object.
        topic: e.g. ``orders/updated``.
        gid: the object's id.
        secret: the app's client secret, with which the body is signed (base64 of HMAC-SHA256).

    Returns:
        Body and headers of the POST. The same object, topic and version give the same webhook id.

    Raises:
        ValueError: the topic is not rendered.
        LookupError: the store has no such object.
    """
    if topic not in _TOPICS:
        raise ValueError(f"webhook topic {topic!r}: expected one of {sorted(_TOPICS)}")
    body = orjson.dumps(_payload(store, topic, gid))
    signature = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    event = uuid.uuid5(uuid.NAMESPACE_URL, f"{store.store_id}/{topic}/{gid}/{hashlib.sha256(body).hexdigest()}")
    return body, {
        "Content-Type": "application/json",
        "X-Shopify-Topic": topic,
        "X-Shopify-Shop-Domain": str(store.shop["myshopify_domain"]),
        "X-Shopify-API-Version": API_VERSION,
        "X-Shopify-Hmac-SHA256": signature,
        "X-Shopify-Webhook-Id": str(event),
        "X-Shopify-Event-Id": str(uuid.uuid5(event, "event")),
        "X-Shopify-Triggered-At": store.as_of.strftime("%Y-%m-%dT%H:%M:%S.000000000Z"),
    }


def _payload(store: Store, topic: str, gid: str) -> dict[str, Any]:
    table, key = _TOPICS[topic]
    if topic == "products/delete":
        return {"id": _number(gid)}
    rows = _rows(store, table, key, gid)
    if not rows:
        raise LookupError(f"store {store.store_id}: no row of {table} with {key} {gid}")
    if table == "orders":
        return _order(store, rows[0])
    if table == "refunds":
        return _refund(store, rows[0])
    if table == "products":
        return _product(store, rows[0])
    level = rows[0]
    return {
        "inventory_item_id": _number(level["inventory_item_id"]),
        "location_id": _number(level["location_id"]),
        "available": level["available"],
        "updated_at": _instant(level["updated_at"]),
        "admin_graphql_api_id": level["id"],
    }


def _order(store: Store, order: dict[str, Any]) -> dict[str, Any]:
    gid = order["id"]
    shipping = [
        {
            "id": _number(line["id"]),
            "title": line["title"],
            "code": line["code"],
            "price": _money(line["original_price"]),
            "discounted_price": _money(line["discounted_price"]),
        }
        for line in _rows(store, "shipping_lines", "order_id", gid, "position")
    ]
    return {
        "id": _number(gid),
        "admin_graphql_api_id": gid,
        **{k: order[k] for k in ("name", "number", "email", "phone", "source_name", "customer_locale", "test")},
        **{k: order[k] for k in ("confirmed", "taxes_included", "cart_token", "checkout_token")},
        **{k: _instant(order[k]) for k in ("created_at", "updated_at", "processed_at", "cancelled_at", "closed_at")},
        "cancel_reason": (order["cancel_reason"] or "").lower() or None,
        "currency": order["currency_code"],
        "presentment_currency": order["presentment_currency_code"],
        "financial_status": (order["display_financial_status"] or "").lower() or None,
        "fulfillment_status": _fulfillment_status(order["display_fulfillment_status"]),
        "subtotal_price": _money(order["subtotal_price"]),
        "total_price": _money(order["total_price"]),
        "total_tax": _money(order["total_tax"]),
        "total_discounts": _money(order["total_discounts"]),
        "current_total_price": _money(order["current_total_price"]),
        "current_subtotal_price": _money(order["current_subtotal_price"]),
        "current_total_tax": _money(order["current_total_tax"]),
        "tags": ", ".join(orjson.loads(order["tags"] or "[]")),
        "discount_codes": [{"code": c} for c in orjson.loads(order["discount_codes"] or "[]")],
        "payment_gateway_names": orjson.loads(order["payment_gateway_names"] or "[]"),
        "customer": None if order["customer_id"] is None else {"id": _number(order["customer_id"])},
        "location_id": _number(order["retail_location_id"]),
        "line_items": [_line(line) for line in _rows(store, "order_lines", "order_id", gid, "position")],
        "shipping_lines": shipping,
        "refunds": [_refund(store, r) for r in _rows(store, "refunds", "order_id", gid, "created_at")],
    }


def _line(line: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": _number(line["id"]),
        "admin_graphql_api_id": line["id"],
        "product_id": _number(line["product_id"]),
        "variant_id": _number(line["variant_id"]),
        **{k: line[k] for k in ("sku", "title", "variant_title", "vendor", "quantity", "current_quantity", "taxable")},
        "requires_shipping": line["requires_shipping"],
        "gift_card": line["is_gift_card"],
        "fulfillable_quantity": line["unfulfilled_quantity"],
        "price": _money(line["original_unit_price"]),
        "total_discount": _money(line["total_discount"]),
    }


def _refund(store: Store, refund: dict[str, Any]) -> dict[str, Any]:
    lines = [
        {
            "id": _number(line["id"]),
            "line_item_id": _number(line["order_line_id"]),
            "quantity": line["quantity"],
            "restock_type": line["restock_type"].lower(),
            "location_id": _number(line["location_id"]),
            "subtotal": _money(line["subtotal"]),
            "total_tax": _money(line["total_tax"]),
        }
        for line in _rows(store, "refund_lines", "refund_id", refund["id"], "order_line_id")
    ]
    adjustments = [
        {
            "id": _number(row["id"]),
            "reason": row["reason"],
            "amount": _money(row["amount"]),
            "tax_amount": _money(row["tax_amount"]),
        }
        for row in _rows(store, "order_adjustments", "refund_id", refund["id"])
    ]
    return {
        "id": _number(refund["id"]),
        "admin_graphql_api_id": refund["id"],
        "order_id": _number(refund["order_id"]),
        "note": refund["note"],
        "created_at": _instant(refund["created_at"]),
        "processed_at": _instant(refund["processed_at"]),
        "return": None if refund["return_id"] is None else {"id": _number(refund["return_id"])},
        "refund_line_items": lines,
        "order_adjustments": adjustments,
    }


def _product(store: Store, product: dict[str, Any]) -> dict[str, Any]:
    variants = [
        {
            "id": _number(v["id"]),
            "admin_graphql_api_id": v["id"],
            "product_id": _number(v["product_id"]),
            "inventory_item_id": _number(v["inventory_item_id"]),
            **{k: v[k] for k in ("sku", "title", "barcode", "position", "taxable", "inventory_quantity")},
            "price": _money(v["price"]),
            "compare_at_price": _money(v["compare_at_price"]),
            "created_at": _instant(v["created_at"]),
            "updated_at": _instant(v["updated_at"]),
        }
        for v in _rows(store, "product_variants", "product_id", product["id"], "position")
    ]
    return {
        "id": _number(product["id"]),
        "admin_graphql_api_id": product["id"],
        **{k: product[k] for k in ("title", "handle", "vendor", "product_type")},
        "status": product["status"].lower(),
        "tags": ", ".join(orjson.loads(product["tags"] or "[]")),
        **{k: _instant(product[k]) for k in ("created_at", "updated_at", "published_at")},
        "variants": variants,
    }


def _rows(store: Store, table: str, key: str, gid: str, order: str | None = None) -> list[dict[str, Any]]:
    rows = store.scan(table).filter(pl.col(key) == gid)
    return (rows.sort(order) if order else rows).collect().to_dicts()


def _number(gid: str | None) -> int | None:
    if gid is None:
        return None
    found = pl.select(pl.lit(gid).str.extract(_NUMBER)).item()
    return None if found is None else int(found)


def _money(amount: Any) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def _instant(moment: Any) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _fulfillment_status(status: str | None) -> str | None:
    return {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial"}.get(status or "")
