"""What Meta's errors mean: send again, ask for less, or stop and say which setting is wrong.

Meta answers throttles and passing trouble with HTTP 400, so the status says little and the body's codes everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from requests import Response

from ingestion.source import SourceError
from ingestion.sources.meta_ads.settings import ACCESS_TOKEN, ACCOUNT_IDS, NAME

RETRY_CODES = frozenset({1, 2, 4, 17, 32, 99, 104, 341, 613, 960, *range(80000, 80007), 80008, 80009, 80014})
RETRY_SUBCODES = frozenset({99, 104, 960})
TOO_MUCH_DATA_CODES = frozenset({1, 100})
TOO_MUCH_DATA = "reduce the amount of data"
TOKEN_EXPIRED = 190
BEFORE_RETENTION = 3018
NO_PERMISSION_CODES = frozenset({3, 10, *range(200, 300)})


@dataclass(frozen=True)
class MetaError:
    """The ``error`` object of an answer."""

    status: int
    code: int
    subcode: int
    message: str
    is_transient: bool

    @property
    def asks_for_less(self) -> bool:
        """The answer would be too large: the same request never succeeds, a smaller one does."""
        return self.code in TOO_MUCH_DATA_CODES and TOO_MUCH_DATA in self.message.lower()

    @property
    def is_passing(self) -> bool:
        """A throttle or a fault of Meta's: the same request succeeds later."""
        if self.asks_for_less:
            return False
        return self.code in RETRY_CODES or self.subcode in RETRY_SUBCODES or self.is_transient

    def as_source_error(self, doing: str, secret: str) -> SourceError:
        """The error in the operator's words.

        Args:
            doing: what was asked.
            secret: the token, taken out of whatever Meta echoes.
        """
        number = f"{self.code}/{self.subcode}" if self.subcode else str(self.code)
        said = self.message.replace(secret, "***")
        return SourceError(
            NAME,
            f"{doing}: Meta answered HTTP {self.status}, error {number}: {said}",
            self._advice(),
        )

    def _advice(self) -> str:
        if self.code == TOKEN_EXPIRED:
            return f"the access token is expired or not valid: put a new one in {ACCESS_TOKEN}"
        if self.code == BEFORE_RETENTION:
            return "Meta keeps 37 months: ask for a later start"
        if self.code in NO_PERMISSION_CODES:
            return f"the token of {ACCESS_TOKEN} needs ads_read on every account of {ACCOUNT_IDS}"
        if self.is_passing or self.status == 429 or self.status >= 500:
            return "every retry was refused: run again later; nothing was loaded"
        return f"check {ACCOUNT_IDS} and the API version"


def meta_error(response: Response) -> MetaError | None:
    """The error of an answer; None if it is none."""
    if response.ok:
        return None
    error = _error_object(response)
    return MetaError(
        status=response.status_code,
        code=int(error.get("code") or 0),
        subcode=int(error.get("error_subcode") or 0),
        message=str(error.get("message") or response.reason),
        is_transient=bool(error.get("is_transient")),
    )


def _error_object(response: Response) -> Mapping[str, Any]:
    try:
        body = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return {}
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}
