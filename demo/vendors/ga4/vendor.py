"""Google Analytics as a vendor of the demo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from demo.merchant import Merchant
from demo.vendor import Vendor, ids
from demo.vendors.ga4.api import NAME, REFRESH_TOKEN, routes


def _settings(merchant: Merchant, url: str) -> Mapping[str, str]:
    return {
        "api_url": url,
        "token_url": f"{url}/analytics/token",
        "client_id": "demo-client",
        "client_secret": "demo-secret",
        "refresh_token": REFRESH_TOKEN,
        "property_ids": ids(merchant, NAME, "properties", "property_id"),
    }


def _throttle(path: str) -> tuple[int, Any] | None:
    if not path.startswith("/v1beta/"):
        return None
    message = "Exhausted concurrent requests quota. Please send fewer requests concurrently."
    return 429, {"error": {"code": 429, "message": message, "status": "RESOURCE_EXHAUSTED"}}


VENDOR = Vendor(NAME, lambda merchant, as_of: routes(merchant), _settings, _throttle)
