"""The vendors that the local API server speaks for: every source that is read from an API."""

from __future__ import annotations

from importlib import import_module

from demo.vendor import Vendor
from ingestion.sources import NAMES

VENDORS: tuple[Vendor, ...] = tuple(
    import_module(f"demo.vendors.{name}.vendor").VENDOR for name in NAMES if name != "files"
)
