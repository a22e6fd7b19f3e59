"""Calls to the Google Ads REST API: OAuth by refresh token, searchStream, accounts that the grant can reach."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from ingestion.kit.arrow import decoded
from ingestion.kit.auth import RefreshToken
from ingestion.kit.calls import Calls
from ingestion.kit.http import HttpClient, interruptible_sleep
from ingestion.sources.google_ads.errors import RULES
from ingestion.sources.google_ads.settings import API_VERSION, NAME, GoogleSettings

_ACCESSIBLE = pl.Struct({"resourceNames": pl.List(pl.String)})


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
        self._calls = Calls(RULES, HttpClient(NAME, RULES.retry_in, headers, sleep, grant))

    def accessible_customers(self) -> list[str]:
        """Ids of the accounts that the grant reaches directly (managers among them).

        Raises:
            Refusal: Google refused.
        """
        body = self._call(
            "GET", "/customers:listAccessibleCustomers", "listAccessibleCustomers", _ACCESSIBLE, None, None
        )
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
            Refusal: Google refused after every retry, or no answer came.
        """
        body = {"query": query, "summaryRowSetting": "NO_SUMMARY_ROW"}
        batches = self._call(
            "POST",
            f"/customers/{customer_id}/googleAds:searchStream",
            f"searchStream of customer {customer_id} ({query})",
            pl.List(pl.Struct({"results": pl.List(row)})),
            body,
            self._settings.login_customer_id or login_customer_id,
        )
        return _exploded(_exploded(batches).struct.field("results")).struct.unnest()

    def _call(
        self,
        method: str,
        path: str,
        doing: str,
        answer: pl.DataType,
        body: dict[str, str] | None,
        login_customer_id: str | None,
    ) -> pl.Series:
        headers = {"login-customer-id": login_customer_id} if login_customer_id else {}
        _, found = self._calls.ask(
            method,
            f"{self._base}{path}",
            doing,
            lambda sent: decoded(NAME, doing, sent, answer),
            json=body,
            headers=headers,
        )
        return found


def _exploded(lists: pl.Series) -> pl.Series:
    return lists.drop_nulls().explode().drop_nulls()
