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
from ingestion.kit.calls import Calls
from ingestion.kit.http import HttpClient, interruptible_sleep
from ingestion.kit.paging import Parameters, pages
from ingestion.kit.refusal import Refusal
from ingestion.sources.meta_ads.errors import RULES, asks_for_less
from ingestion.sources.meta_ads.settings import API_VERSION, NAME, MetaSettings
from ingestion.sources.meta_ads.usage import pause_seconds

ROWS_PER_PAGE = 500


class TooMuchData(Exception):
    """Meta cannot answer a request of this size; carries its refusal."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.said)


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
        self._proof = _proof(settings)
        self.http = HttpClient(NAME, RULES.retry_in, sleep=sleep, auth=bearer(settings.access_token))
        self._calls = Calls(RULES, self.http, settings.access_token)

    def get(
        self, path: str, parameters: Mapping[str, str], answer: pl.Struct, needed: str, doing: str = ""
    ) -> dict[str, Any]:
        """One answer.

        Args:
            path: below the version.
            parameters: of the query.
            answer: type of the body.
            needed: member that it always has.
            doing: what is asked, for errors; empty: the path.

        Raises:
            Refusal: Meta refused, or no answer came.
            TooMuchData: the answer would be too large.
        """
        return self._one("GET", path, answer, needed, doing, params={**parameters, **self._proof})

    def post(
        self, path: str, form: Mapping[str, str], answer: pl.Struct, needed: str, doing: str = ""
    ) -> dict[str, Any]:
        """One answer to a form; as :meth:`get`."""
        return self._one("POST", path, answer, needed, doing, data={**form, **self._proof})

    def pages(self, path: str, row: pl.Struct, parameters: Mapping[str, str] | None = None) -> Iterator[pl.DataFrame]:
        """A collection's pages, a frame each; a page that is too large is asked for in halves, at last of its fields.

        Args:
            path: below the version.
            row: type of one element of ``data``.
            parameters: of the first and every further page.

        Raises:
            Refusal: Meta refused, no answer came, or the paging does not end.
            TooMuchData: even one row is too large.
        """
        asked = {**(parameters or {}), "limit": str(ROWS_PER_PAGE)}
        page = pl.Struct({"data": pl.List(row)})
        for body in pages(NAME, path, partial(self._page_of_any_size, path, page), asked, _Cursor()):
            yield body.struct.field("data").explode().drop_nulls().struct.unnest()

    def _page_of_any_size(self, path: str, page: pl.Struct, asked: Parameters) -> tuple[Response, pl.Series]:
        while True:
            try:
                return self._call("GET", path, page, "data", "", params={**asked, **self._proof})
            except TooMuchData:
                if not _asks_less(asked):
                    raise

    def _one(
        self, method: str, path: str, answer: pl.Struct, needed: str, doing: str, **options: Any
    ) -> dict[str, Any]:
        _, found = self._call(method, path, answer, needed, doing, **options)
        members: dict[str, Any] = found.item()
        return members

    def _call(
        self, method: str, path: str, answer: pl.Struct, needed: str, doing: str, **options: Any
    ) -> tuple[Response, pl.Series]:
        doing = doing or f"{method} {path}"
        try:
            response, found = self._calls.ask(
                method,
                f"{self._base}/{path}",
                doing,
                lambda body: decoded(NAME, doing, body, answer, needs=(needed,)),
                **options,
            )
        except Refusal as refusal:
            if asks_for_less(refusal):
                raise TooMuchData(refusal) from None
            raise
        if pause := pause_seconds(response.headers):
            self.http.sleep(pause)
        return response, found


def _asks_less(asked: Parameters) -> bool:
    """Halves the rows of a page, then, at one row, the fields; says whether there was anything to halve."""
    if (limit := int(asked["limit"])) > 1:
        asked["limit"] = str(limit // 2)
        return True
    fields = str(asked.get("fields", "")).split(",")
    asked["fields"] = ",".join(fields[: (len(fields) + 1) // 2])
    return len(fields) > 1


def _proof(settings: MetaSettings) -> dict[str, str]:
    """The HMAC of the token under the app's secret, as Meta's "require app secret" setting wants it."""
    if settings.app_secret is None:
        return {}
    digest = hmac.new(settings.app_secret.encode(), settings.access_token.encode(), hashlib.sha256)
    return {"appsecret_proof": digest.hexdigest()}
