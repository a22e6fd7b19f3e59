"""Meta's usage headers: how much of an hour's allowance is gone, and how long to pause when it is nearly all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

BUSINESS_USAGE = "x-business-use-case-usage"
PAUSE_FROM_PERCENT = 90
PAUSE_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 3600.0

_SHARES = (
    "call_count",
    "total_cputime",
    "total_time",
    "acc_id_util_pct",
    "app_id_util_pct",
)
_FLAT_HEADERS = ("x-app-usage", "x-ad-account-usage", "x-fb-ads-insights-throttle")


def pause_seconds(headers: Mapping[str, str]) -> float:
    """How long to wait before the next call.

    Args:
        headers: of an answer.

    Returns:
        0 below 90 % of every allowance; above it the time that Meta names, or a minute where it names none.
    """
    usages = _usages(headers)
    if max((_share(usage) for usage in usages), default=0.0) < PAUSE_FROM_PERCENT:
        return 0.0
    return min(
        max((_named_seconds(usage) for usage in usages), default=0.0) or PAUSE_SECONDS,
        LONGEST_PAUSE_SECONDS,
    )


def regain_seconds(headers: Mapping[str, str]) -> float:
    """How long Meta says a throttled caller has to wait; 0 where it does not say."""
    return min(
        max((_named_seconds(usage) for usage in _usages(headers)), default=0.0),
        LONGEST_PAUSE_SECONDS,
    )


def _usages(headers: Mapping[str, str]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = [
        usage for name in _FLAT_HEADERS if isinstance(usage := _decoded(headers.get(name)), dict)
    ]
    business = _decoded(headers.get(BUSINESS_USAGE))
    if isinstance(business, dict):
        found += [usage for usages in business.values() for usage in usages]
    return found


def _decoded(value: str | None) -> Any:
    try:
        return orjson.loads(value or "null")
    except orjson.JSONDecodeError:
        return None


def _share(usage: Mapping[str, Any]) -> float:
    return max(float(usage.get(name) or 0) for name in _SHARES)


def _named_seconds(usage: Mapping[str, Any]) -> float:
    minutes = float(usage.get("estimated_time_to_regain_access") or 0)
    return max(minutes * 60, float(usage.get("reset_time_duration") or 0))
