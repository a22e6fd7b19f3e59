"""Google Ads as a vendor of the demo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from demo.merchant import Merchant
from demo.vendor import Vendor, ids
from demo.vendors.google_ads.api import DEVELOPER_TOKEN, REFRESH_TOKEN, routes

NAME = "google_ads"


def _settings(merchant: Merchant, url: str) -> Mapping[str, str]:
    return {
        "api_url": url,
        "token_url": f"{url}/token",
        "developer_token": DEVELOPER_TOKEN,
        "client_id": "demo-client",
        "client_secret": "demo-secret",
        "refresh_token": REFRESH_TOKEN,
        "customer_ids": ids(merchant, NAME, "customers", "customer_id"),
    }


def _throttle(path: str) -> tuple[int, Any] | None:
    if not path.startswith("/v26/"):
        return None
    failure = {
        "@type": "type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure",
        "errors": [
            {
                "errorCode": {"quotaError": "RESOURCE_TEMPORARILY_EXHAUSTED"},
                "message": "Too many requests. Retry in 1 seconds.",
                "details": {"quotaErrorDetails": {"rateScope": "DEVELOPER", "retryDelay": "1s"}},
            }
        ],
        "requestId": "fault",
    }
    error = {
        "code": 429,
        "message": "Resource has been exhausted (e.g. check quota).",
        "status": "RESOURCE_EXHAUSTED",
        "details": [failure],
    }
    return 429, [{"error": error}] if path.endswith("searchStream") else {"error": error}


VENDOR = Vendor(NAME, lambda merchant, as_of: routes(merchant), _settings, _throttle)
