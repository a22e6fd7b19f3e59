"""What Google's errors mean: send again (and when), refresh the token, or stop and say which setting is wrong.

The streaming endpoint wraps an error in an array, the others send it bare; a stream that began well can end in one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from requests import Response

from ingestion.kit.credentials import leave_out
from ingestion.kit.errors import ErrorRules, VendorError
from ingestion.sources.google_ads.settings import (
    CUSTOMER_IDS,
    DEVELOPER_TOKEN,
    LOGIN_CUSTOMER_ID,
    NAME,
    REFRESH_TOKEN,
)

LONGEST_DELAY_SECONDS = 3600.0
_ERROR_MEMBER = re.compile(rb'"error"\s*:\s*\{')


def _read(response: Response) -> VendorError | None:
    """The error of an answer, or of the end of a stream; None if it is none."""
    if response.ok and not _ERROR_MEMBER.search(response.content):
        return None
    error = _error_object(response)
    if response.ok and not error:
        return None
    detailed = list(_detailed(error))
    codes = [str(code) for detail in detailed for code in (detail.get("errorCode") or {}).values()]
    return VendorError(
        status=response.status_code if not response.ok else int(error.get("code") or 500),
        code=codes[0] if codes else str(error.get("status") or response.reason),
        message="; ".join(str(d.get("message")) for d in detailed) or str(error.get("message") or response.reason),
        kinds=frozenset(codes),
        is_final=bool(codes),
        delay=max((_delay(detail) for detail in detailed), default=0.0),
    )


def _error_object(response: Response) -> Mapping[str, Any]:
    try:
        body = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return {}
    parts = body if isinstance(body, list) else [body]
    found = (
        part["error"] for part in reversed(parts) if isinstance(part, dict) and isinstance(part.get("error"), dict)
    )
    return next(found, {})


def _detailed(error: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for failure in error.get("details") or []:
        yield from failure.get("errors") or []


def _delay(detail: Mapping[str, Any]) -> float:
    """``retryDelay`` is a protobuf duration: "30s", "0.5s"."""
    quota = (detail.get("details") or {}).get("quotaErrorDetails") or {}
    text = str(quota.get("retryDelay") or "0s").removesuffix("s")
    return min(float(text), LONGEST_DELAY_SECONDS)


_CLOSED = "CUSTOMER_NOT_ENABLED|CUSTOMER_NOT_ACTIVE"
_NO_ACCOUNT = "CUSTOMER_NOT_FOUND|INVALID_CUSTOMER_ID"
_GRANT = f"grant access anew and put the new token in {REFRESH_TOKEN}"

RULES = ErrorRules(
    source=NAME,
    vendor="Google",
    read=_read,
    passing=frozenset(
        {
            "RESOURCE_TEMPORARILY_EXHAUSTED",
            "EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION",
            "TRANSIENT_ERROR",
            "INTERNAL_ERROR",
            "DEADLINE_EXCEEDED",
        }
    ),
    advice={
        "DEVELOPER_TOKEN.*": f"check {DEVELOPER_TOKEN} and its access level",
        "CLOUD_PROJECT.*": "the OAuth client's Cloud project needs Google's approval for production accounts",
        "USER_PERMISSION_DENIED": (
            lambda: f"set {LOGIN_CUSTOMER_ID} to the manager account, or {leave_out(CUSTOMER_IDS)}"
        ),
        _CLOSED: lambda: f"the account is closed: nothing, or {leave_out(CUSTOMER_IDS)}",
        _NO_ACCOUNT: lambda: f"there is no such account: {leave_out(CUSTOMER_IDS)}",
        "OAUTH.*": _GRANT,
        "RESOURCE_EXHAUSTED": "the day's operations are used up: run again tomorrow, or ask Google for a higher access",
        "UNSUPPORTED_VERSION": "this API version has been switched off: update Shophouse",
        "HTTP 401": _GRANT,
    },
    closed=_CLOSED,
    account=f"USER_PERMISSION_DENIED|{_NO_ACCOUNT}",
    everything="DEVELOPER_TOKEN.*|CLOUD_PROJECT.*|OAUTH.*|RESOURCE_EXHAUSTED|UNSUPPORTED_VERSION|HTTP 401",
)
