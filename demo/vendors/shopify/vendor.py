"""Shopify as a vendor of the demo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from demo.merchant import Merchant
from demo.vendor import Vendor
from demo.vendors.shopify.routes import TOKEN_PREFIX, routes


def _settings(merchant: Merchant, url: str) -> Mapping[str, str]:
    settings = {"api_url": url}
    shops = merchant.frame("shopify", "shop").select("store_id", "myshopify_domain").collect()
    for store_id, domain in shops.iter_rows():
        settings[f"stores.{store_id}.shop_domain"] = domain
        settings[f"stores.{store_id}.access_token"] = f"{TOKEN_PREFIX}{store_id}"
    return settings


def _throttle(path: str) -> tuple[int, Any] | None:
    if not path.startswith("/admin/"):
        return None
    throttle = {"maximumAvailable": 2000.0, "currentlyAvailable": 90.0, "restoreRate": 100.0}
    return 200, {
        "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
        "extensions": {"cost": {"requestedQueryCost": 100, "actualQueryCost": None, "throttleStatus": throttle}},
    }


VENDOR = Vendor("shopify", routes, _settings, _throttle)
