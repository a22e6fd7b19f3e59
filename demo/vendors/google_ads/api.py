"""Routes of the Google Ads REST API: OAuth token, accessible customers, search, searchStream."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson
import polars as pl
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from demo.merchant import Merchant
from demo.vendors.google_ads.errors import GoogleAdsError
from demo.vendors.google_ads.gaql import GaqlQuery, parse
from demo.vendors.google_ads.resources import Resources, resource_name
from demo.vendors.wire import page_overlap, rows_without_nulls

DEVELOPER_TOKEN = "demo-developer-token"
REFRESH_TOKEN = "demo-token-google"
_TOKEN_SECONDS = 3599
_PAGE_ROWS = 10_000


@dataclass(frozen=True)
class GoogleBehaviour:
    """How the server behaves where Google's behaviour varies.

    Attributes:
        rows_per_batch: results in one element of a stream.
        calls_per_token: an access token expires after so many calls; None: not.
    """

    rows_per_batch: int = _PAGE_ROWS
    calls_per_token: int | None = None


def routes(merchant: Merchant, behaviour: GoogleBehaviour | None = None) -> list[Route]:
    """Google's routes over a merchant.

    Args:
        merchant: whose accounts are served.
        behaviour: what varies; None: as Google usually is.
    """
    api = _Api(merchant, behaviour or GoogleBehaviour())
    customer = "/v26/customers/{customer_id}"
    return [
        Route("/token", api.token, methods=["POST"]),
        Route(
            "/v26/customers:listAccessibleCustomers",
            api.handler(api.accessible),
            methods=["GET"],
        ),
        Route(
            f"{customer}/googleAds:searchStream",
            api.handler(api.stream, streaming=True),
            methods=["POST"],
        ),
        Route(f"{customer}/googleAds:search", api.handler(api.search), methods=["POST"]),
    ]


class _Api:
    def __init__(self, merchant: Merchant, behaviour: GoogleBehaviour) -> None:
        self._resources = Resources(merchant)
        self._behaviour = behaviour
        self._tokens: dict[str, int] = {}
        self._numbers = itertools.count(1)

    async def token(self, request: Request) -> Response:
        """Exchanges the refresh token for an access token."""
        form = dict(parse_qsl((await request.body()).decode()))
        if form.get("grant_type") != "refresh_token" or form.get("refresh_token") != REFRESH_TOKEN:
            answer = {
                "error": "invalid_grant",
                "error_description": "Token has been expired or revoked.",
            }
            return JSONResponse(answer, status_code=400)
        token = f"demo-access-google-{next(self._numbers)}"
        self._tokens[token] = 0
        scope = "https://www.googleapis.com/auth/adwords"
        return JSONResponse(
            {
                "access_token": token,
                "expires_in": _TOKEN_SECONDS,
                "scope": scope,
                "token_type": "Bearer",
            }
        )

    def handler(
        self, answer: Callable[[Request, bytes], Response], *, streaming: bool = False
    ) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint that authorises and turns errors into answers."""

        async def endpoint(request: Request) -> Response:
            try:
                self._authorise(request)
                return answer(request, await request.body())
            except GoogleAdsError as error:
                return error.response(streaming=streaming)

        return endpoint

    def accessible(self, _: Request, __: bytes) -> Response:
        """Resource names of the accounts."""
        ids = self._resources.customers()["customer.id"].to_list()
        return JSONResponse({"resourceNames": [f"customers/{customer_id}" for customer_id in ids]})

    def stream(self, request: Request, body: bytes) -> Response:
        """Every result, in an array of batches."""
        query = parse(str(orjson.loads(body)["query"]))
        rows = self._resources.results(self._customer(request), query)
        overlap = page_overlap(request)
        size = self._behaviour.rows_per_batch
        batches = [
            self._batch(
                rows.slice(
                    max(0, start - overlap),
                    min(size, rows.height - start) + min(start, overlap),
                ),
                query,
            )
            for start in range(0, rows.height, size)
        ]
        return _json(b"[" + b",\n".join(batches) + b"]")

    def search(self, request: Request, body: bytes) -> Response:
        """One page of 10,000 results."""
        asked: dict[str, Any] = orjson.loads(body)
        if "pageSize" in asked:
            message = "Setting the page size is not supported."
            raise GoogleAdsError(400, "requestError", "PAGE_SIZE_NOT_SUPPORTED", message)
        query = parse(str(asked["query"]))
        rows = self._resources.results(self._customer(request), query)
        start = int(asked.get("pageToken") or 0)
        following = start + _PAGE_ROWS
        first = max(0, start - page_overlap(request))
        page = _results(rows.slice(first, following - first), query)
        token = f',"nextPageToken":"{following}"' if following < rows.height else ""
        return _json(b'{"results":' + page + token.encode() + b',"fieldMask":' + _field_mask(query) + b"}")

    def _batch(self, rows: pl.DataFrame, query: GaqlQuery) -> bytes:
        number = next(self._numbers)
        tail = f',"requestId":"shophouse-{number}","queryResourceConsumption":"{rows.height}"}}'
        return b'{"results":' + _results(rows, query) + b',"fieldMask":' + _field_mask(query) + tail.encode()

    def _customer(self, request: Request) -> str:
        customer_id = str(request.path_params["customer_id"])
        if customer_id not in self._resources.customers()["customer.id"]:
            message = "User doesn't have permission to access customer."
            raise GoogleAdsError(403, "authorizationError", "USER_PERMISSION_DENIED", message)
        return customer_id

    def _authorise(self, request: Request) -> None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        calls = self._tokens.get(token)
        limit = self._behaviour.calls_per_token
        if calls is None or (limit is not None and calls >= limit):
            message = "Request had invalid authentication credentials."
            raise GoogleAdsError(401, "authenticationError", "OAUTH_TOKEN_EXPIRED", message)
        self._tokens[token] = calls + 1
        if request.headers.get("developer-token") != DEVELOPER_TOKEN:
            message = "The developer token is not valid."
            raise GoogleAdsError(401, "authenticationError", "DEVELOPER_TOKEN_INVALID", message)


def _results(rows: pl.DataFrame, query: GaqlQuery) -> bytes:
    """Results in Google's nesting: a member per resource, each with its resource name first."""
    tree: dict[str, Any] = {}
    for field in query.fields:
        *parents, leaf = field.split(".")
        node = tree
        for parent in parents:
            node = node.setdefault(parent, {})
        node[leaf] = field
    tree.setdefault(query.resource, {})
    schema = rows.schema
    return rows_without_nulls(rows.select(_member(node, name, schema) for name, node in tree.items()))


def _member(node: dict[str, Any], path: str, schema: pl.Schema) -> pl.Expr:
    members = []
    name = resource_name(path, schema) if _has_name(path) else None
    if name is not None:
        members.append(name.alias("resourceName"))
    for child, content in node.items():
        nested = isinstance(content, dict)
        members.append(_member(content, f"{path}.{child}", schema) if nested else pl.col(content).alias(_camel(child)))
    return pl.struct(members).alias(_camel(path.rpartition(".")[2]))


def _has_name(path: str) -> bool:
    return path not in ("metrics", "segments") and (path.count(".") == 0 or path == "ad_group_ad.ad")


def _field_mask(query: GaqlQuery) -> bytes:
    return orjson.dumps(",".join(".".join(_camel(p) for p in f.split(".")) for f in query.fields))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json; charset=UTF-8")
