"""What Meta's errors mean: send again, ask for less, or stop and say which setting is wrong.

Meta answers throttles and passing trouble with HTTP 400, so the status says little and the body's codes everything.
"""

from __future__ import annotations

from requests import Response

from ingestion.kit.errors import ErrorRules, VendorError, json_object
from ingestion.sources.meta_ads.settings import ACCESS_TOKEN, ACCOUNT_IDS, NAME
from ingestion.sources.meta_ads.usage import regain_seconds

_PASSING_CODES = (1, 2, 4, 17, 32, 99, 104, 341, 613, 960, *range(80000, 80007), 80008, 80009, 80014)
_PASSING_SUBCODES = (99, 104, 960)
_TRANSIENT = "transient"
_TOO_MUCH_DATA_CODES = (1, 100)
_TOO_MUCH_DATA = "reduce the amount of data"


def asks_for_less(error: VendorError) -> bool:
    """The answer would be too large: the same request never succeeds, a smaller one does."""
    return error.is_final


def _read(response: Response) -> VendorError | None:
    if response.ok:
        return None
    found = json_object(response.content).get("error")
    error = found if isinstance(found, dict) else {}
    code, subcode = int(error.get("code") or 0), int(error.get("error_subcode") or 0)
    message = str(error.get("message") or response.reason)
    is_too_much = code in _TOO_MUCH_DATA_CODES and _TOO_MUCH_DATA in message.lower()
    kinds = {str(code), f"/{subcode}", _TRANSIENT if error.get("is_transient") else ""}
    return VendorError(
        status=response.status_code,
        code=str(code),
        message=message,
        kinds=frozenset() if is_too_much else frozenset(kinds),
        is_final=is_too_much,
        delay=regain_seconds(response.headers),
        shown=f"error {code}/{subcode}" if subcode else f"error {code}",
    )


RULES = ErrorRules(
    source=NAME,
    vendor="Meta",
    read=_read,
    passing=frozenset({*map(str, _PASSING_CODES), *(f"/{subcode}" for subcode in _PASSING_SUBCODES), _TRANSIENT}),
    advice={
        "190": f"the access token is expired or not valid: put a new one in {ACCESS_TOKEN}",
        "3018": "Meta keeps 37 months: ask for a later start",
        r"3|10|2\d\d": f"the token of {ACCESS_TOKEN} needs ads_read on every account of {ACCOUNT_IDS}",
    },
    otherwise=f"check {ACCOUNT_IDS} and the API version",
)
