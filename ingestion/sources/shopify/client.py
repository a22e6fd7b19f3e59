"""One store's GraphQL Admin API: versions, tokens, throttling, retries and errors."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from requests import Response

from ingestion.kit.arrow import no_json
from ingestion.kit.errors import json_object
from ingestion.kit.http import HttpClient, interruptible_sleep, server_trouble
from ingestion.kit.refusal import Cause, Refusal
from ingestion.source import SourceError
from ingestion.sources.shopify import documents
from ingestion.sources.shopify.settings import API_VERSION, NAME, Store

_VERSION_HEADER = "X-Shopify-API-Version"
_SHORTEST_WAIT = 0.05
_DENIED = "ACCESS_DENIED"
_ADVICE = {
    401: "check {setting}: the token is wrong or was revoked",
    402: "the store is frozen until its bill is paid",
    403: "give the app the missing access scopes and install it again",
    404: "check the store's shop_domain",
    423: "the store is locked; ask Shopify's support",
}


class QueryTooCostlyError(Exception):
    """One query may not cost that much: ask for fewer objects at once."""


class ShopifyClient:
    """Sends documents to one store and returns their data, or raises.

    Args:
        store: which store.
        sleep: takes seconds.
    """

    def __init__(self, store: Store, sleep: Callable[[float], None] = interruptible_sleep) -> None:
        self.store = store
        self.http = HttpClient(NAME, _retry_in, sleep=sleep)
        self._token = store.access_token
        self._budget = _Budget(sleep)

    def execute(self, document: str, variables: Mapping[str, Any] | None = None, *, text: str | None = None) -> Any:
        """The ``data`` of a document.

        Args:
            document: name of the document, for its text, its cost and errors.
            variables: of the document.
            text: the document's text if it is not a file.

        Raises:
            QueryTooCostlyError: the store refuses the query's cost; a retry cannot help.
            Refusal: the app lacks a scope.
            SourceError: the store refused, failed after every retry, served another API version, or sent errors
                beside data (a page that is not whole is not a page).
        """
        self._budget.wait_for(document)
        body = {"query": text or documents.text(document), "variables": dict(variables or {})}
        response = self._authorised(body)
        answer = self._decoded(document, response)
        self._budget.learn(document, answer)
        if errors := answer.get("errors"):
            raise self._refusal(document, response.status_code, errors)
        served = response.headers.get(_VERSION_HEADER)
        if served != API_VERSION:
            raise SourceError(
                NAME,
                f"store {self.store.store_id} served API version {served}, {API_VERSION} was asked for",
                "the version is retired or the address is not Shopify's; update Shophouse",
            )
        if not isinstance(answer.get("data"), dict):
            raise SourceError(NAME, f"store {self.store.store_id}, {document}: an answer without data")
        return answer["data"]

    def scopes(self) -> frozenset[str] | None:
        """What the token may read and write, by Shopify's names; None where the store does not tell."""
        self._token = self._token or self._fresh_token()
        url = f"{self.store.base_url}/admin/oauth/access_scopes.json"
        response = self.http.request("GET", url, headers={"X-Shopify-Access-Token": self._token})
        told = json_object(response.content).get("access_scopes")
        if not response.ok or not isinstance(told, list):
            return None
        return frozenset(str(scope["handle"]) for scope in told)

    def _authorised(self, body: Mapping[str, Any]) -> Response:
        if self._token is None:
            self._token = self._fresh_token()
        response = self._post(body)
        if response.status_code == 401 and self.store.access_token is None:
            self._token = self._fresh_token()
            response = self._post(body)
        return response

    def _post(self, body: Mapping[str, Any]) -> Response:
        return self.http.request(
            "POST",
            f"{self.store.base_url}/admin/api/{API_VERSION}/graphql.json",
            data=orjson.dumps(body),
            headers={"Content-Type": "application/json", "X-Shopify-Access-Token": self._token or ""},
        )

    def _fresh_token(self) -> str:
        """A token by the client credentials grant; Shopify's last about a day."""
        response = self.http.request(
            "POST",
            f"{self.store.base_url}/admin/oauth/access_token",
            json={
                "client_id": self.store.client_id,
                "client_secret": self.store.client_secret,
                "grant_type": "client_credentials",
            },
        )
        answer = self._decoded("access token", response)
        if response.status_code != 200 or not isinstance(answer.get("access_token"), str):
            said = answer.get("error_description") or answer.get("error") or answer.get("errors") or response.reason
            raise SourceError(
                NAME,
                f"store {self.store.store_id}: no access token (HTTP {response.status_code}): {said}",
                f"check client_id and {self.store.token_setting}",
            )
        return str(answer["access_token"])

    def _decoded(self, document: str, response: Response) -> dict[str, Any]:
        try:
            answer = orjson.loads(response.content)
        except orjson.JSONDecodeError:
            answer = None
        if isinstance(answer, dict) and (response.status_code == 200 or "errors" in answer or "error" in answer):
            return answer
        if response.status_code == 200:
            url_setting = f"{self.store.domain_setting} (or sources.shopify.api_url, where it is set)"
            raise no_json(NAME, f"store {self.store.store_id}, {document}", response.content, url_setting)
        raise self._refusal(document, response.status_code, response.reason or "no JSON")

    def _refusal(self, document: str, status: int, errors: Any) -> Exception:
        """Errors are a text on HTTP errors, and a list of objects with codes beside HTTP 200."""
        if isinstance(errors, list) and "MAX_COST_EXCEEDED" in _codes(errors):
            return QueryTooCostlyError(document)
        said = "; ".join(str(e.get("message", e)) for e in errors) if isinstance(errors, list) else str(errors)
        denied = isinstance(errors, list) and _DENIED in _codes(errors)
        advice = _ADVICE.get(403 if denied else status, "")
        where = f"HTTP {status}" if status != 200 else "refused"
        problem = f"store {self.store.store_id}, {document}: {where}: {said}"
        if denied:
            return Refusal(NAME, problem, advice, cause=Cause.REFUSED, code=_DENIED, said=said)
        return SourceError(NAME, problem, advice.format(setting=self.store.token_setting))


class _Budget:
    """Waits for the store's cost bucket to hold what a document cost last time."""

    def __init__(self, sleep: Callable[[float], None]) -> None:
        self._sleep = sleep
        self._cost: dict[str, float] = {}
        self._available = float("inf")
        self._rate = 1.0
        self._seen_at = 0.0

    def wait_for(self, document: str) -> None:
        refilled = self._available + (time.monotonic() - self._seen_at) * self._rate
        lacking = self._cost.get(document, 0.0) - refilled
        if lacking > 0:
            self._sleep(lacking / self._rate)

    def learn(self, document: str, answer: Mapping[str, Any]) -> None:
        cost = _cost(answer)
        if cost is None:
            return
        requested, available, rate = cost
        self._cost[document], self._available, self._rate = requested, available, rate
        self._seen_at = time.monotonic()


def _retry_in(response: Response) -> float | None:
    """Shopify's rule: 429 and 5xx, and HTTP 200 that says THROTTLED (with the exact wait) or an internal error."""
    if response.status_code != 200:
        return server_trouble(response)
    if b'"errors"' not in response.content:
        return None
    try:
        answer = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return None
    errors = answer.get("errors") if isinstance(answer, dict) else None
    codes = _codes(errors) if isinstance(errors, list) else set()
    if "THROTTLED" in codes:
        cost = _cost(answer)
        return max(_SHORTEST_WAIT, (cost[0] - cost[1]) / cost[2]) if cost else 0.0
    return 0.0 if "INTERNAL_SERVER_ERROR" in codes else None


def _codes(errors: list[Any]) -> set[str]:
    return {str((e.get("extensions") or {}).get("code")) for e in errors if isinstance(e, dict)}


def _cost(answer: Mapping[str, Any]) -> tuple[float, float, float] | None:
    """(requested, available, restore rate per second) of an answer, where it says so."""
    cost = (answer.get("extensions") or {}).get("cost")
    if not cost:
        return None
    status = cost["throttleStatus"]
    return float(cost["requestedQueryCost"]), float(status["currentlyAvailable"]), float(status["restoreRate"])
