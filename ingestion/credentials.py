"""Reads a source's settings from dlt's configuration: environment, ``.dlt/secrets.toml``, ``.dlt/config.toml``."""

from __future__ import annotations

from collections.abc import Iterable

import dlt

from ingestion.source import MissingSetting


def setting(key: str) -> str | None:
    """A setting as text; None where it is not set or blank.

    Args:
        key: dotted, e.g. ``sources.census.api_key``.
    """
    value: object = dlt.config.get(key)
    return None if value is None or not str(value).strip() else str(value).strip()


def setting_list(key: str) -> tuple[str, ...] | None:
    """A setting of several values: a TOML list, or text with commas; None where it is not set at all."""
    value: object = dlt.config.get(key)
    if value is None:
        return None
    items: Iterable[object] = value if isinstance(value, list | tuple) else str(value).strip("[] ").split(",")
    return tuple(text for item in items if (text := str(item).strip(" '\"")))


def missing(required: dict[str, str]) -> tuple[MissingSetting, ...]:
    """The settings of ``required`` (key to meaning) that are not set."""
    return tuple(MissingSetting(key, meaning) for key, meaning in required.items() if setting(key) is None)
