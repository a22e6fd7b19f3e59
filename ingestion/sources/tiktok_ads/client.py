"""Calls to TikTok's Business API: authorised by a header of its own, paged by number, errors inside of HTTP 200."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import orjson
import polars as pl
from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator
from requests import Response

from ingestion.kit.arrow import decoded
from ingestion.kit.auth import header
from ingestion.kit.calls import Calls
from ingestion.kit.errors import ErrorRules, VendorError, json_object
from ingestion.kit.http import HttpClient
from ingestion.kit.paging import Parameters, pages
from ingestion.sources.tiktok_ads.settings import API_VERSION, NAME, SETTINGS, TikTokSettings

ROWS_PER_PAGE = 1_000


def _read(response: Response) -> VendorError | None:
    body = json_object(response.content)
    code = body.get("code", 0 if response.ok and "error" not in body else response.status_code)
    if response.ok and code == 0:
        return None
    return VendorError(
        status=response.status_code,
        code=str(code),
        message=str(body.get("message") or body.get("error") or response.reason),
        kinds=frozenset({str(code)}),
        is_final="code" in body,
        shown=f"code {code}",
    )


RULES = ErrorRules(
    source=NAME,
    vendor="TikTok",
    read=_read,
    # 200: an error inside of HTTP 200 that has no code is none of TikTok's own.
    passing=frozenset({"200", "40100", "40200", "40201", "40202", "40700", "50000", "50002"}),
    advice={
        "40001": f"give the app access to the account, or take it out of {SETTINGS.key('advertiser_ids')}",
        "40104|40105": f"the access token is revoked or not valid: put a new one in {SETTINGS.key('access_token')}",
    },
    otherwise="look the code up in TikTok's list of return codes; update Shophouse if the API version is retired",
    everything="40104|40105",
)


class TikTokClient:
    """The Business API of one token."""

    def __init__(self, settings: TikTokSettings) -> None:
        self._base = f"{settings.api_url}/open_api/{API_VERSION}"
        http = HttpClient(NAME, RULES.retry_in, auth=header("Access-Token", settings.access_token))
        self._calls = Calls(RULES, http, settings.access_token)

    def rows(self, path: str, row: pl.Struct, parameters: Mapping[str, object]) -> pl.DataFrame:
        """An answer's rows.

        Args:
            path: below the version, between slashes.
            row: type of one element of ``data.list``.
            parameters: lists and objects are sent as JSON text.

        Raises:
            Refusal: TikTok refused, or no answer came.
        """
        _, found = self._ask(path, row, _sent(parameters))
        return found

    def pages(self, path: str, row: pl.Struct, parameters: Mapping[str, object]) -> Iterator[pl.DataFrame]:
        """A collection's pages, a frame each; as :meth:`rows`."""
        asked = _sent({**parameters, "page_size": ROWS_PER_PAGE})
        paginator = PageNumberPaginator(base_page=1, total_path="data.page_info.total_page")
        yield from pages(NAME, path, partial(self._ask, path, row), asked, paginator)

    def _ask(self, path: str, row: pl.Struct, parameters: Parameters) -> tuple[Response, pl.DataFrame]:
        doing, answer = f"GET {path}", pl.Struct({"data": pl.Struct({"list": pl.List(row)})})
        response, found = self._calls.ask(
            "GET",
            f"{self._base}/{path}/",
            doing,
            lambda body: decoded(NAME, doing, body, answer, needs=("data", "list")),
            params=parameters,
        )
        return response, found.struct.field("data").struct.field("list").explode().drop_nulls().struct.unnest()


def _sent(parameters: Mapping[str, object]) -> Parameters:
    return {name: orjson.dumps(v).decode() if isinstance(v, list | dict) else v for name, v in parameters.items()}
