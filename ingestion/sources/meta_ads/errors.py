"""What Meta's errors mean: send again, ask for less, or stop and say which setting is wrong.

Meta answers throttles and passing trouble with HTTP 400, so the status says little and the body's codes everything.
"""

from __future__ import annotations

from requests import Response

from ingestion.kit.credentials import leave_out
from ingestion.kit.errors import ErrorRules, VendorError, has_error, json_object
from ingestion.kit.refusal import Refusal
from ingestion.sources.meta_ads.settings import ACCESS_TOKEN, ACCOUNT_IDS, NAME
from ingestion.sources.meta_ads.usage import regain_seconds

_PERMISSION = r"(3|10|2\d\d)(/\d*)?"
_PASSING_CODES = (1, 2, 4, 17, 32, 99, 104, 341, 613, 960, *range(80000, 80007), 80008, 80009, 80014)
_PASSING_SUBCODES = (99, 104, 960)
_TRANSIENT = "transient"
_TOO_MUCH_DATA_CODES = ("1", "2", "100")
_TOO_MUCH_DATA = "reduce the amount of data"
NO_SUCH_OBJECT = ("100", "33")
"""Code and subcode of an id that Meta does not know (yet), or does not show to this token."""


def asks_for_less(refusal: Refusal) -> bool:
    """The answer would be too large: the same request never succeeds, a smaller one does."""
    return refusal.code in _TOO_MUCH_DATA_CODES and _TOO_MUCH_DATA in refusal.said.lower()


def _read(response: Response) -> VendorError | None:
    if response.ok and not has_error(response.content):
        return None
    found = json_object(response.content).get("error")
    if response.ok and not found:
        return None
    error = found if isinstance(found, dict) else {"message": found}
    code, subcode = int(error.get("code") or 0), int(error.get("error_subcode") or 0)
    message = str(error.get("message") or response.reason)
    is_too_much = str(code) in _TOO_MUCH_DATA_CODES and _TOO_MUCH_DATA in message.lower()
    # An error inside HTTP 200 is none of Meta's: something in between has spoilt the answer.
    kinds = {str(code), f"/{subcode}", _TRANSIENT if error.get("is_transient") or (response.ok and not code) else ""}
    return VendorError(
        status=response.status_code,
        code=str(code),
        message=message,
        kinds=frozenset() if is_too_much else frozenset(kinds),
        is_final=is_too_much,
        delay=regain_seconds(response.headers),
        shown=f"error {code}/{subcode}" if subcode else f"error {code}",
        subcode=str(subcode) if subcode else "",
    )


RULES = ErrorRules(
    source=NAME,
    vendor="Meta",
    read=_read,
    passing=frozenset({*map(str, _PASSING_CODES), *(f"/{subcode}" for subcode in _PASSING_SUBCODES), _TRANSIENT}),
    advice={
        "190": f"the access token is expired or not valid: put a new one in {ACCESS_TOKEN}",
        "3018": "Meta keeps 37 months: ask for a later start",
        _PERMISSION: lambda: f"give the token of {ACCESS_TOKEN} ads_read on the account, or {leave_out(ACCOUNT_IDS)}",
        "100/33": lambda: f"Meta does not show it to the token of {ACCESS_TOKEN}: {leave_out(ACCOUNT_IDS)}",
    },
    otherwise="look the code up in Meta's error reference; update Shophouse if the API version is retired",
    account=_PERMISSION,
    everything="190|102|2635",
)
