"""Calls to the Census API: a key in the query, arrays of arrays back, and HTML where something is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

import polars as pl
from requests import Response

from ingestion.kit.arrow import decoded, no_json
from ingestion.kit.calls import Calls
from ingestion.kit.errors import ErrorRules, VendorError
from ingestion.kit.http import HttpClient, interruptible_sleep
from ingestion.kit.refusal import Refusal
from ingestion.sources.census.settings import API_KEY, NAME, SETTINGS, CensusSettings

_TITLE = re.compile(r"<title>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_KEY = re.compile(r"\bkey\b", re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")
_LONGEST_PAGE = 10_000
"""Characters of an answer in which a page or a line of text says what it is."""

NO_SUCH_DATASET = "HTTP 404"
"""Code of a dataset that does not exist, or not yet."""


class CensusClient:
    """The Census API of one key.

    The API takes the key in the query only, so no URL of a request is ever shown.

    Args:
        settings: key and base URL.
        sleep: takes seconds.
    """

    def __init__(self, settings: CensusSettings, sleep: Callable[[float], None] = interruptible_sleep) -> None:
        self._settings = settings
        self._calls = Calls(RULES, HttpClient(NAME, RULES.retry_in, sleep=sleep), settings.api_key)

    def table(self, dataset: str, parameters: Mapping[str, str]) -> pl.DataFrame | None:
        """A query's rows, every value text, columns named by the answer's first row.

        Args:
            dataset: path below ``/data``, e.g. ``timeseries/eits/mrts``.
            parameters: of the query, without the key.

        Returns:
            The rows; an empty frame without columns where nothing matches; None where there is no such dataset.

        Raises:
            Refusal: the key or the query was refused, or the answer is no table.
        """
        url = f"{self._settings.api_url}/data/{dataset}"
        asked = {**parameters, "key": self._settings.api_key}
        try:
            _, rows = self._calls.ask("GET", url, dataset, partial(_table, dataset), params=asked)
        except Refusal as refusal:
            if refusal.code == NO_SUCH_DATASET:
                return None
            raise
        return rows


def _read(response: Response) -> VendorError | None:
    """A refusal in the Census Bureau's words: a line of text, or a page's title; of the key even with HTTP 200."""
    title = _TITLE.search(response.text[:_LONGEST_PAGE])
    said = " ".join((title[1] if title else _TAG.sub(" ", response.text[:_LONGEST_PAGE])).split())[:200]
    is_key = bool(_KEY.search(said)) and not response.content.lstrip().startswith(b"[")
    if response.ok and not is_key:
        return None
    return VendorError(
        status=response.status_code,
        code="KEY" if is_key else f"HTTP {response.status_code}",
        message=said or "an empty answer",
        is_final=is_key,
        shown="no table, but",
    )


def _table(dataset: str, body: bytes) -> pl.DataFrame:
    if not body:
        return pl.DataFrame()
    cells = decoded(NAME, dataset, body, pl.List(pl.List(pl.String))).explode()
    if cells.is_empty():
        raise no_json(NAME, dataset, body, SETTINGS.key("api_url"))
    header: list[str] = cells.item(0).to_list()
    return cells.slice(1).list.to_struct(fields=header).struct.unnest()


RULES = ErrorRules(
    source=NAME,
    vendor="The Census Bureau",
    read=_read,
    passing=frozenset(),
    advice={"KEY": f"put a valid key in {API_KEY}"},
    otherwise="the vintage or the survey has changed: wait for the Census Bureau, or update Shophouse",
    everything="KEY",
)
