"""Calls to Meta's Graph API: authorised by header, paged by cursor, paused by its usage headers."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import polars as pl
from requests import Response

from ingestion.kit.arrow import decoded
from ingestion.kit.http import HttpClient, interruptible_sleep, server_trouble
from ingestion.source import SourceError
from ingestion.sources.meta_ads.errors import MetaError, meta_error
from ingestion.sources.meta_ads.settings import API_VERSION, NAME, MetaSettings
from ingestion.sources.meta_ads.usage import pause_seconds, regain_seconds

PAGE_LIMIT = 500
_MOST_PAGES = 100_000
_PAGING = pl.Struct({"cursors": pl.Struct({"after": pl.String}), "next": pl.String})


class TooMuchData(Exception):
    """Meta cannot answer a request of this size; carries its error."""

    def __init__(self, error: MetaError) -> None:
        self.error = error
        super().__init__(error.message)


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
        self.http = HttpClient(NAME, _retry_in, {"Authorization": f"Bearer {self._token}"}, sleep)

    def get(self, path: str, parameters: Mapping[str, str] | None = None) -> bytes:
        """One answer's body.

        Raises:
            SourceError: Meta refused, or no answer came.
            TooMuchData: the answer would be too large.
        """
        return self._call("GET", path, params={**(parameters or {}), **self._proof})

    def post(self, path: str, form: Mapping[str, str]) -> bytes:
        """One answer's body to a form.

        Raises:
            SourceError: Meta refused, or no answer came.
            TooMuchData: the answer would be too large.
        """
        return self._call("POST", path, data={**form, **self._proof})

    def pages(self, path: str, row: pl.Struct, parameters: Mapping[str, str] | None = None) -> Iterator[pl.DataFrame]:
        """A collection's pages, a frame each; a page that is too large is asked for in halves.

        Args:
            path: below the version.
            row: type of one element of ``data``.
            parameters: of the first and every further page.

        Raises:
            SourceError: Meta refused, no answer came, or the paging does not end.
        """
        asked = {**(parameters or {}), "limit": str(PAGE_LIMIT)}
        page = pl.Struct({"data": pl.List(row), "paging": _PAGING})
        for _ in range(_MOST_PAGES):
            body = decoded(NAME, f"GET {path}", self._page_of_any_size(path, asked), page)
            yield body.struct.field("data").explode().drop_nulls().struct.unnest()
            paging = body.struct.field("paging").item() or {}
            if not paging.get("next"):
                return
            asked["after"] = paging["cursors"]["after"]
        raise SourceError(
            NAME,
            f"{path}: more than {_MOST_PAGES:,} pages",
            "report this: the cursor does not advance",
        )

    def _page_of_any_size(self, path: str, asked: dict[str, str]) -> bytes:
        while True:
            try:
                return self.get(path, asked)
            except TooMuchData as refused:
                limit = int(asked["limit"]) // 2
                if limit == 0:
                    raise refused.error.as_source_error(f"GET {path}, one row a page", self._token) from None
                asked["limit"] = str(limit)

    def _call(self, method: str, path: str, **options: Any) -> bytes:
        response = self.http.request(method, f"{self._base}/{path}", **options)
        error = meta_error(response)
        if error is None:
            if pause := pause_seconds(response.headers):
                self.http.sleep(pause)
            return response.content
        if error.asks_for_less:
            raise TooMuchData(error)
        raise error.as_source_error(f"{method} {path}", self._token)


def _retry_in(response: Response) -> float | None:
    error = meta_error(response)
    if error is not None and error.is_passing:
        return regain_seconds(response.headers)
    if error is not None and error.asks_for_less:
        return None
    return server_trouble(response)


def _proof(settings: MetaSettings) -> dict[str, str]:
    """The HMAC of the token under the app's secret, as Meta's "require app secret" setting wants it."""
    if settings.app_secret is None:
        return {}
    digest = hmac.new(settings.app_secret.encode(), settings.access_token.encode(), hashlib.sha256)
    return {"appsecret_proof": digest.hexdigest()}
