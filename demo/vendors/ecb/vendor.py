"""The European Central Bank as a vendor of the demo."""

from __future__ import annotations

from demo.vendor import Vendor
from demo.vendors.ecb.api import NAME, routes

VENDOR = Vendor(
    NAME,
    lambda merchant, as_of: routes(merchant),
    # The demo's rates come in a file: whoever wants the bank's names the first day.
    lambda merchant, url: {"api_url": url},
)
