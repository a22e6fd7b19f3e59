"""Calls to the Google Ads REST API: OAuth by refresh token, searchStream, accounts that the grant can reach."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import polars as pl
from requests import Response

from ingestion.kit.arrow import decoded
from ingestion.kit.http import HttpClient, interruptible_sleep, server_trouble
from ingestion.source import SourceError
from ingestion.sources.google_ads.errors import google_error
from ingestion.sources.google_ads.settings import (
    API_VERSION,
    CLIENT_ID,
    CLIENT_SECRET,
    NAME,
    REFRESH_TOKEN,
    GoogleSettings,
)


class GoogleClient:
    """The Google Ads API of one grant.

    Args:
        settings: credentials and base URLs.
        sleep: takes seconds.
    """

    def __init__(self, settings: GoogleSettings, sleep: Callable[[float], None] = interruptible_sleep) -> None:
        self._settings = settings
        self._base = f"{settings.api_url}/{API_VERSION}"
        self._http = HttpClient(NAME, _retry_in, {"developer-token": settings.developer_token}, sleep)
        self._tokens = HttpClient(NAME, server_trouble, sleep=sleep)
        self._access_token: str | None = None

    def accessible_customers(self) -> list[str]:
        """Ids of the accounts that the grant reaches directly (managers among them).

        Raises:
            SourceError: Google refused.
        """
        answer = self._call("GET", f"{self._base}/customers:listAccessibleCustomers", None, None)
        body = decoded(NAME, "listAccessibleCustomers", answer, pl.Struct({"resourceNames": pl.List(pl.String)}))
        names = (body.item() or {}).get("resourceNames") or []
        return [str(name).removeprefix("customers/") for name in names]

    def search(
        self,
        customer_id: str,
        query: str,
        row: pl.Struct,
        login_customer_id: str | None,
    ) -> pl.DataFrame:
        """Every row of a query, a struct column per resource.

        Args:
            customer_id: the account asked, digits only.
            query: GAQL.
            row: type of one result.
            login_customer_id: manager through which the account is reached; the setting wins.

        Raises:
            SourceError: Google refused after every retry.
        """
        url = f"{self._base}/customers/{customer_id}/googleAds:searchStream"
        body = {"query": query, "summaryRowSetting": "NO_SUMMARY_ROW"}
        answer = self._call("POST", url, body, self._settings.login_customer_id or login_customer_id)
        what = f"searchStream of customer {customer_id}"
        batches = decoded(NAME, what, answer, pl.List(pl.Struct({"results": pl.List(row)})))
        return _exploded(_exploded(batches).struct.field("results")).struct.unnest()

    def _call(
        self,
        method: str,
        url: str,
        body: dict[str, str] | None,
        login_customer_id: str | None,
    ) -> bytes:
        headers = {"login-customer-id": login_customer_id} if login_customer_id else {}
        response = self._authorised(method, url, body, headers)
        if response.status_code == 401:
            # An access token lasts an hour; a long backfill outlives it.
            self._access_token = None
            response = self._authorised(method, url, body, headers)
        error = google_error(response)
        if error is not None:
            asked = f" ({body['query']})" if body else ""
            raise error.as_source_error(f"{method} {url.removeprefix(self._base)}{asked}")
        return response.content

    def _authorised(
        self,
        method: str,
        url: str,
        body: dict[str, str] | None,
        headers: dict[str, str],
    ) -> Response:
        if self._access_token is None:
            self._access_token = self._refreshed()
        authorised = headers | {"Authorization": f"Bearer {self._access_token}"}
        return self._http.request(method, url, json=body, headers=authorised)

    def _refreshed(self) -> str:
        """A new access token for the refresh token (RFC 6749, section 6).

        Raises:
            SourceError: Google refused, or what answered is no token server; the message names the setting.
        """
        settings = self._settings
        form = {
            "grant_type": "refresh_token",
            "client_id": settings.client_id,
            "client_secret": settings.client_secret,
            "refresh_token": settings.refresh_token,
        }
        response = self._tokens.request("POST", settings.token_url, data=form)
        if response.ok:
            return _token(response.content)
        answer = _json_object(response.content)
        code = str(answer.get("error") or response.reason)
        wrong = REFRESH_TOKEN if code == "invalid_grant" else f"{CLIENT_ID} and {CLIENT_SECRET}"
        said = answer.get("error_description") or ""
        raise SourceError(
            NAME,
            f"no access token: Google answered HTTP {response.status_code}, {code}: {said}",
            f"check {wrong}",
        )


def _token(body: bytes) -> str:
    answer = decoded(NAME, "access token", body, pl.Struct({"access_token": pl.String}), "token_url").item() or {}
    if not answer.get("access_token"):
        raise SourceError(NAME, "the token server's answer has no access_token", "check sources.google_ads.token_url")
    return str(answer["access_token"])


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _retry_in(response: Response) -> float | None:
    error = google_error(response)
    return error.delay if error is not None and error.is_passing else None


def _exploded(lists: pl.Series) -> pl.Series:
    return lists.drop_nulls().explode().drop_nulls()
