"""Calls to the Google Analytics Data API: OAuth by refresh token, reports paged by offset, quotas by their period."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import polars as pl
from dlt.sources.helpers.rest_client.paginators import OffsetPaginator
from requests import Response

from ingestion.kit.arrow import decoded
from ingestion.kit.auth import RefreshToken
from ingestion.kit.calls import Calls
from ingestion.kit.errors import ErrorRules, VendorError, has_error, json_object
from ingestion.kit.http import HttpClient
from ingestion.kit.paging import Parameters, pages
from ingestion.sources.ga4.settings import NAME, SETTINGS, Ga4Settings

ROWS_PER_PAGE = 100_000
_HOURLY_WAIT_SECONDS = 600.0
_QUOTAS = {"per day": "QUOTA_OF_THE_DAY", "per hour": "QUOTA_OF_THE_HOUR", "concurrent": "QUOTA_AT_ONCE"}
_VALUES = pl.List(pl.Struct({"value": pl.String}))
ANSWER = pl.Struct(
    {
        "rows": pl.List(pl.Struct({"dimensionValues": _VALUES, "metricValues": _VALUES})),
        "metadata": pl.Struct(
            {
                "currencyCode": pl.String,
                "timeZone": pl.String,
                "subjectToThresholding": pl.Boolean,
                "dataLossFromOtherRow": pl.Boolean,
                "samplingMetadatas": pl.List(pl.Struct({"samplesReadCount": pl.String})),
            }
        ),
    }
)


def _read(response: Response) -> VendorError | None:
    if response.ok and not has_error(response.content):
        return None
    found = json_object(response.content).get("error")
    if response.ok and not found:
        return None
    error = found if isinstance(found, dict) else {"message": found}
    message = str(error.get("message") or response.reason)
    status = str(error.get("status") or (response.reason if not response.ok else "UNAVAILABLE"))
    code = next((quota for words, quota in _QUOTAS.items() if words in message.lower()), status)
    return VendorError(
        status=response.status_code,
        code=code,
        message=message,
        kinds=frozenset({code}),
        is_final="status" in error and code != "RESOURCE_EXHAUSTED",
        delay=_HOURLY_WAIT_SECONDS if code == "QUOTA_OF_THE_HOUR" else 0.0,
        shown=status,
    )


RULES = ErrorRules(
    source=NAME,
    vendor="Google",
    read=_read,
    passing=frozenset({"QUOTA_OF_THE_HOUR", "QUOTA_AT_ONCE", "INTERNAL", "UNAVAILABLE"}),
    advice={
        "QUOTA_OF_THE_DAY": "the property's tokens of the day are used up: run again tomorrow",
        "PERMISSION_DENIED": (
            f"give the grant's user access to the property, or take it out of {SETTINGS.key('property_ids')}"
        ),
        "UNAUTHENTICATED": f"grant access anew and put the new token in {SETTINGS.key('refresh_token')}",
        "NOT_FOUND": f"there is no such property: take it out of {SETTINGS.key('property_ids')}",
        "INVALID_ARGUMENT": "Google has changed what may be asked: update Shophouse",
    },
    # A quota is the property's.
    account="PERMISSION_DENIED|NOT_FOUND|QUOTA_OF_THE_DAY",
    everything="UNAUTHENTICATED",
)


class _Offset(OffsetPaginator):
    """Google's offset: an answer without rows has no count of them either."""

    def __init__(self) -> None:
        super().__init__(limit=ROWS_PER_PAGE, offset_body_path="offset", limit_body_path="limit", total_path="rowCount")

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        super().update_state(response, data if "rowCount" in response.json() else None)


class Ga4Client:
    """The Data API of one grant."""

    def __init__(self, settings: Ga4Settings) -> None:
        self._base = f"{settings.api_url}/v1beta"
        http = HttpClient(NAME, RULES.retry_in, auth=RefreshToken(NAME, "Google", settings))
        self._calls = Calls(RULES, http)

    def report(self, property_id: str, body: Parameters) -> Iterator[pl.Series]:
        """A report's pages, each a series of one answer.

        Args:
            property_id: digits only.
            body: of the request, without limit and offset.

        Raises:
            Refusal: Google refused after every retry, or no answer came.
        """
        what = f"report of property {property_id}"
        yield from pages(NAME, what, partial(self._ask, property_id), body, _Offset(), in_body=True)

    def _ask(self, property_id: str, body: Parameters) -> tuple[Response, pl.Series]:
        what = f"report of property {property_id}"
        return self._calls.ask(
            "POST",
            f"{self._base}/properties/{property_id}:runReport",
            what,
            lambda sent: decoded(NAME, what, sent, ANSWER, needs=("metadata",)),
            json=body,
        )
