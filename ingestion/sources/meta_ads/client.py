"""Calls to Meta's Graph API: authorised by header, paged by cursor, paused by its usage headers."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import polars as pl
from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator
from requests import Response

from ingestion.kit.arrow import decoded
from ingestion.kit.auth import bearer
from ingestion.kit.errors import VendorError
from ingestion.kit.http import HttpClient, interruptible_sleep
from ingestion.kit.paging import Parameters, pages
from ingestion.sources.meta_ads.errors import RULES, asks_for_less
from ingestion.sources.meta_ads.settings import API_VERSION, NAME, MetaSettings
from ingestion.sources.meta_ads.usage import pause_seconds

ROWS_PER_PAGE = 500


class TooMuchData(Exception):
    """Meta cannot answer a request of this size; carries its error."""

    def __init__(self, error: VendorError) -> None:
        self.error = error
        super().__init__(error.message)


class _Cursor(JSONResponseCursorPaginator):
    """Meta's cursor, which it also sends with the last page: only ``paging.next`` says that there is another."""

    def __init__(self) -> None:
        super().__init__(cursor_path="paging.cursors.after", cursor_param="after")

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        super().update_state(response, data)
        self._has_next_page = bool((response.json().get("paging") or {}).get("next"))


class MetaClient:
    """The Graph API of one token.

    The token travels in the Authorization header only. ``paging.next`` repeats it in a URL, so pages are followed by
    their cursor and no URL of Meta's is ever used or shown.

    Args:
        settings: token and base URL.
        sleep: takes seconds.
    """

    def __init__(self, settings: MetaSettings, sleep: Callable[[float], None] = interruptible_sleep) -> None:
        self._base = f"{settings.api_url}/{API_VERSION}"
        self._token = settings.access_token
        self._proof = _proof(settings)
        self.http = HttpClient(NAME, RULES.retry_in, sleep=sleep, auth=bearer(self._token))

    def get(self, path: str, parameters: Mapping[str, str] | None = None) -> bytes:
        """One answer's body.

        Raises:
            SourceError: Meta refused, or no answer came.
            TooMuchData: the answer would be too large.
        """
        return self._call("GET", path, params={**(parameters or {}), **self._proof}).content

    def post(self, path: str, form: Mapping[str, str]) -> bytes:
        """One answer's body to a form.

        Raises:
            SourceError: Meta refused, or no answer came.
            TooMuchData: the answer would be too large.
        """
        return self._call("POST", path, data={**form, **self._proof}).content

    def pages(self, path: str, row: pl.Struct, parameters: Mapping[str, str] | None = None) -> Iterator[pl.DataFrame]:
        """A collection's pages, a frame each; a page that is too large is asked for in halves.

        Args:
            path: below the version.
            row: type of one element of ``data``.
            parameters: of the first and every further page.

        Raises:
            SourceError: Meta refused, no answer came, or the paging does not end.
        """
        asked = {**(parameters or {}), "limit": str(ROWS_PER_PAGE)}
        page = pl.Struct({"data": pl.List(row)})
        for response in pages(NAME, path, partial(self._page_of_any_size, path), asked, _Cursor()):
            body = decoded(NAME, f"GET {path}", response.content, page)
            yield body.struct.field("data").explode().drop_nulls().struct.unnest()

    def _page_of_any_size(self, path: str, asked: Parameters) -> Response:
        while True:
            try:
                return self._call("GET", path, params={**asked, **self._proof})
            except TooMuchData as refused:
                limit = int(asked["limit"]) // 2
                if limit == 0:
                    raise RULES.explained(refused.error, f"GET {path}, one row a page", self._token) from None
                asked["limit"] = str(limit)

    def _call(self, method: str, path: str, **options: Any) -> Response:
        response = self.http.request(method, f"{self._base}/{path}", **options)
        error = RULES.read(response)
        if error is None:
            if pause := pause_seconds(response.headers):
                self.http.sleep(pause)
            return response
        if asks_for_less(error):
            raise TooMuchData(error)
        raise RULES.explained(error, f"{method} {path}", self._token)


def _proof(settings: MetaSettings) -> dict[str, str]:
    """The HMAC of the token under the app's secret, as Meta's "require app secret" setting wants it."""
    if settings.app_secret is None:
        return {}
    digest = hmac.new(settings.app_secret.encode(), settings.access_token.encode(), hashlib.sha256)
    return {"appsecret_proof": digest.hexdigest()}
