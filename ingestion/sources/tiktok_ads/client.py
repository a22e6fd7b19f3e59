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
from ingestion.kit.errors import ErrorRules, VendorError, json_object
from ingestion.kit.http import HttpClient
from ingestion.kit.paging import Parameters, pages
from ingestion.sources.tiktok_ads.settings import API_VERSION, NAME, SETTINGS, TikTokSettings

ROWS_PER_PAGE = 1_000


def _read(response: Response) -> VendorError | None:
    body = json_object(response.content)
    code = body.get("code", 0 if response.ok else response.status_code)
    if response.ok and code == 0:
        return None
    return VendorError(
        status=response.status_code,
        code=str(code),
        message=str(body.get("message") or response.reason),
        kinds=frozenset({str(code)}),
        is_final="code" in body,
        shown=f"code {code}",
    )


RULES = ErrorRules(
    source=NAME,
    vendor="TikTok",
    read=_read,
    passing=frozenset({"40100", "40200", "40201", "40202", "40700", "50000", "50002"}),
    advice={
        "40001": f"give the app access to every account of {SETTINGS.key('advertiser_ids')}",
        "40104|40105": f"the access token is revoked or not valid: put a new one in {SETTINGS.key('access_token')}",
    },
    otherwise=f"check {SETTINGS.key('advertiser_ids')} and the API version",
)


class TikTokClient:
    """The Business API of one token."""

    def __init__(self, settings: TikTokSettings) -> None:
        self._base = f"{settings.api_url}/open_api/{API_VERSION}"
        self._token = settings.access_token
        self._http = HttpClient(NAME, RULES.retry_in, auth=header("Access-Token", self._token))

    def rows(self, path: str, row: pl.Struct, parameters: Mapping[str, object]) -> pl.DataFrame:
        """An answer's rows.

        Args:
            path: below the version, between slashes.
            row: type of one element of ``data.list``.
            parameters: lists and objects are sent as JSON text.

        Raises:
            SourceError: TikTok refused, or no answer came.
        """
        return _rows(path, row, self._ask(path, _sent(parameters)))

    def pages(self, path: str, row: pl.Struct, parameters: Mapping[str, object]) -> Iterator[pl.DataFrame]:
        """A collection's pages, a frame each; as :meth:`rows`."""
        asked = _sent({**parameters, "page_size": ROWS_PER_PAGE})
        paginator = PageNumberPaginator(base_page=1, total_path="data.page_info.total_page")
        for response in pages(NAME, path, partial(self._ask, path), asked, paginator):
            yield _rows(path, row, response)

    def _ask(self, path: str, parameters: Parameters) -> Response:
        response = self._http.request("GET", f"{self._base}/{path}/", params=parameters)
        if error := RULES.read(response):
            raise RULES.explained(error, f"GET {path}", self._token)
        return response


def _rows(path: str, row: pl.Struct, response: Response) -> pl.DataFrame:
    answer = decoded(NAME, f"GET {path}", response.content, pl.Struct({"data": pl.Struct({"list": pl.List(row)})}))
    return answer.struct.field("data").struct.field("list").explode().drop_nulls().struct.unnest()


def _sent(parameters: Mapping[str, object]) -> Parameters:
    return {name: orjson.dumps(v).decode() if isinstance(v, list | dict) else v for name, v in parameters.items()}
