"""What Google's errors mean: send again (and when), refresh the token, or stop and say which setting is wrong.

The streaming endpoint wraps an error in an array, the others send it bare; a stream that began well can end in one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from requests import Response

from ingestion.source import SourceError
from ingestion.sources.google_ads.settings import (
    CUSTOMER_IDS,
    DEVELOPER_TOKEN,
    LOGIN_CUSTOMER_ID,
    NAME,
    REFRESH_TOKEN,
)

RETRY_CODES = frozenset(
    {
        "RESOURCE_TEMPORARILY_EXHAUSTED",
        "EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION",
        "TRANSIENT_ERROR",
        "INTERNAL_ERROR",
        "DEADLINE_EXCEEDED",
    }
)
LONGEST_DELAY_SECONDS = 3600.0
_ERROR_MEMBER = re.compile(rb'"error"\s*:\s*\{')
_ADVICE = {
    "DEVELOPER_TOKEN": f"check {DEVELOPER_TOKEN} and its access level",
    "CLOUD_PROJECT": "the OAuth client's Cloud project needs Google's approval for production accounts",
    "USER_PERMISSION_DENIED": (
        f"set {LOGIN_CUSTOMER_ID} to the manager account, or take the account out of {CUSTOMER_IDS}"
    ),
    "CUSTOMER_NOT": f"take the account out of {CUSTOMER_IDS}: it is closed or does not exist",
    "OAUTH": f"grant access anew and put the new token in {REFRESH_TOKEN}",
    "RESOURCE_EXHAUSTED": "the day's operations are used up: run again tomorrow, or ask Google for a higher access",
    "UNSUPPORTED_VERSION": "this API version has been switched off: update Shophouse",
}


@dataclass(frozen=True)
class GoogleError:
    """An ``error`` object.

    Attributes:
        status: HTTP status.
        code: the first detailed code (e.g. RESOURCE_EXHAUSTED), else Google's general status.
        codes: every detailed code.
        message: Google's words.
        delay: seconds after which Google wants the request again; 0 where it does not say.
    """

    status: int
    code: str
    codes: frozenset[str]
    message: str
    delay: float

    @property
    def is_passing(self) -> bool:
        """The same request succeeds later."""
        if self.codes:
            return bool(self.codes & RETRY_CODES)
        return self.status == 429 or self.status >= 500

    def as_source_error(self, doing: str) -> SourceError:
        """The error in the operator's words.

        Args:
            doing: what was asked.
        """
        advice = next((text for start, text in _ADVICE.items() if self.code.startswith(start)), "")
        if self.status == 401:
            advice = advice or _ADVICE["OAUTH"]
        if self.is_passing:
            advice = "every retry was refused: run again later; nothing was loaded"
        return SourceError(
            NAME,
            f"{doing}: Google answered HTTP {self.status}, {self.code}: {self.message}",
            advice,
        )


def google_error(response: Response) -> GoogleError | None:
    """The error of an answer, or of the end of a stream; None if it is none."""
    if response.ok and not _ERROR_MEMBER.search(response.content):
        return None
    error = _error_object(response)
    detailed = list(_detailed(error))
    codes = [str(code) for detail in detailed for code in (detail.get("errorCode") or {}).values()]
    return GoogleError(
        status=response.status_code if not response.ok else int(error.get("code") or 500),
        code=codes[0] if codes else str(error.get("status") or response.reason),
        codes=frozenset(codes),
        message="; ".join(str(d.get("message")) for d in detailed) or str(error.get("message") or response.reason),
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
