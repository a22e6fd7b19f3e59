"""Meta as a vendor of the demo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from demo.merchant import Merchant
from demo.vendor import Vendor, ids
from demo.vendors.meta_ads.api import ACCESS_TOKEN, routes

NAME = "meta_ads"


def _settings(merchant: Merchant, url: str) -> Mapping[str, str]:
    accounts = ids(merchant, NAME, "ad_accounts", "account_id")
    return {"api_url": url, "access_token": ACCESS_TOKEN, "account_ids": accounts}


def _throttle(path: str) -> tuple[int, Any] | None:
    if not path.startswith("/v26.0/"):
        return None
    return 400, {
        "error": {
            "message": "(#17) User request limit reached",
            "type": "OAuthException",
            "code": 17,
            "error_subcode": 2446079,
            "is_transient": True,
            "fbtrace_id": "A0fault",
        }
    }


VENDOR = Vendor(NAME, routes, _settings, _throttle)
