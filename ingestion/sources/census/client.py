"""Calls to the Census API: a key in the query, arrays of arrays back, and HTML where something is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import polars as pl
from requests import Response

from ingestion.kit.arrow import decoded, no_json
from ingestion.kit.http import HttpClient, interruptible_sleep
from ingestion.source import SourceError
from ingestion.sources.census.settings import API_KEY, NAME, SETTINGS, CensusSettings

_TITLE = re.compile(r"<title>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_KEY = re.compile(r"\bkey\b", re.IGNORECASE)
_URL_SETTING = SETTINGS.key("api_url")
_TAG = re.compile(r"<[^>]+>")


class CensusClient:
    """The Census API of one key.

    The API takes the key in the query only, so no URL of a request is ever shown.

    Args:
        settings: key and base URL.
        sleep: takes seconds.
    """

    def __init__(self, settings: CensusSettings, sleep: Callable[[float], None] = interruptible_sleep) -> None:
        self._settings = settings
        self._http = HttpClient(NAME, sleep=sleep)

    def table(self, dataset: str, parameters: Mapping[str, str]) -> pl.DataFrame | None:
        """A query's rows, every value text, columns named by the answer's first row.

        Args:
            dataset: path below ``/data``, e.g. ``timeseries/eits/mrts``.
            parameters: of the query, without the key.

        Returns:
            The rows; an empty frame without columns where nothing matches; None where there is no such dataset.

        Raises:
            SourceError: the key or the query was refused, or the answer is no table.
        """
        url = f"{self._settings.api_url}/data/{dataset}"
        response = self._http.request("GET", url, params={**parameters, "key": self._settings.api_key})
        if response.status_code == 404:
            return None
        if response.status_code == 204:
            return pl.DataFrame()
        if not response.ok or not response.content.lstrip().startswith(b"["):
            raise self._refusal(dataset, response)
        cells = decoded(NAME, dataset, response.content, pl.List(pl.List(pl.String))).explode()
        if cells.is_empty():
            raise no_json(NAME, dataset, response.content, _URL_SETTING)
        header: list[str] = cells.item(0).to_list()
        return cells.slice(1).list.to_struct(fields=header).struct.unnest()

    def _refusal(self, dataset: str, response: Response) -> SourceError:
        text = response.text.replace(self._settings.api_key, "***")
        title = _TITLE.search(text)
        said = " ".join((title[1] if title else _TAG.sub(" ", text)).split())[:200]
        if _KEY.search(said):
            advice = f"put a valid key in {API_KEY}"
        elif response.ok:
            advice = f"check {_URL_SETTING}; a proxy or a login page may be in between"
        else:
            advice = "check the query's years; run again later if it is a fault"
        return SourceError(
            NAME,
            f"{dataset}: HTTP {response.status_code} and no table, but: {said or 'an empty answer'}",
            advice,
        )
