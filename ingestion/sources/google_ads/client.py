"""Calls to the Google Ads REST API: OAuth by refresh token, searchStream, accounts that the grant can reach."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from ingestion.kit.arrow import decoded
from ingestion.kit.auth import RefreshToken
from ingestion.kit.http import HttpClient, interruptible_sleep
from ingestion.sources.google_ads.errors import RULES
from ingestion.sources.google_ads.settings import API_VERSION, NAME, GoogleSettings


class GoogleClient:
    """The Google Ads API of one grant.

    Args:
        settings: credentials and base URLs.
        sleep: takes seconds.
    """

    def __init__(self, settings: GoogleSettings, sleep: Callable[[float], None] = interruptible_sleep) -> None:
        self._settings = settings
        self._base = f"{settings.api_url}/{API_VERSION}"
        grant = RefreshToken(NAME, "Google", settings, sleep)
        headers = {"developer-token": settings.developer_token}
        self._http = HttpClient(NAME, RULES.retry_in, headers, sleep, grant)

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
        response = self._http.request(method, url, json=body, headers=headers)
        error = RULES.read(response)
        if error is not None:
            asked = f" ({body['query']})" if body else ""
            raise RULES.explained(error, f"{method} {url.removeprefix(self._base)}{asked}")
        return response.content


def _exploded(lists: pl.Series) -> pl.Series:
    return lists.drop_nulls().explode().drop_nulls()
