"""The Census Bureau as a vendor of the demo."""

from __future__ import annotations

from demo.vendor import Vendor
from demo.vendors.census.api import API_KEY, routes

VENDOR = Vendor(
    "census",
    lambda merchant, as_of: routes(merchant),
    lambda merchant, url: {"api_url": url, "api_key": API_KEY},
)
