"""TikTok as a vendor of the demo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from demo.merchant import Merchant
from demo.vendor import Vendor, ids
from demo.vendors.tiktok_ads.api import ACCESS_TOKEN, NAME, routes


def _settings(merchant: Merchant, url: str) -> Mapping[str, str]:
    advertisers = ids(merchant, NAME, "advertisers", "advertiser_id")
    return {"api_url": url, "access_token": ACCESS_TOKEN, "advertiser_ids": advertisers}


def _throttle(path: str) -> tuple[int, Any] | None:
    if not path.startswith("/open_api/"):
        return None
    return 200, {"code": 40100, "message": "Requests made too frequently.", "request_id": "fault", "data": {}}


VENDOR = Vendor(NAME, lambda merchant, as_of: routes(merchant), _settings, _throttle)
