"""Every source of the warehouse, by name."""

from __future__ import annotations

from importlib import import_module

from ingestion.source import Source
from ingestion.sources import NAMES

SOURCES: dict[str, Source] = {name: import_module(f"ingestion.sources.{name}.source").SOURCE for name in NAMES}
