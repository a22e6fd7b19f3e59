"""Shopify over HTTP: tokens, GraphQL requests and bulk files."""

from __future__ import annotations

import tempfile
import uuid
from datetime import datetime
from pathlib import Path

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from demo.merchant import Merchant
from demo.vendors.shopify.bulk import Worker
from demo.vendors.shopify.service import API_VERSION, Call, StoreService
from demo.vendors.shopify.store import Store
from demo.vendors.wire import page_overlap

TOKEN_PREFIX = "demo-token-"
SCOPES = (
    "read_orders",
    "read_all_orders",
    "read_products",
    "read_inventory",
    "read_locations",
    "read_customers",
    "read_discounts",
    "read_returns",
    "read_fulfillments",
    "read_merchant_managed_fulfillment_orders",
    "read_reports",
    "read_shopify_payments_accounts",
    "read_shopify_payments_payouts",
)
_TOKEN_SECONDS = 86_399


def routes(merchant: Merchant, as_of: datetime) -> list[BaseRoute]:
    """Shopify's routes for a merchant's stores; the access token tells which store is meant.

    Args:
        merchant: whose stores are served.
        as_of: the server's "now" (UTC).
    """
    return _Shopify(merchant, as_of).routes()


class _Shopify:
    def __init__(self, merchant: Merchant, as_of: datetime) -> None:
        # The folder of bulk files goes with the last reference to it.
        self._folder = tempfile.TemporaryDirectory(prefix="shophouse-bulk-")
        self._worker = Worker()
        ids = merchant.frame("shopify", "shop").select("store_id").collect()["store_id"].to_list()
        self._services = {store_id: self._service(merchant, store_id, as_of) for store_id in ids}

    def _service(self, merchant: Merchant, store_id: str, as_of: datetime) -> StoreService:
        folder = Path(self._folder.name) / store_id
        folder.mkdir()
        return StoreService(Store(merchant, store_id, as_of), folder, self._worker)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/admin/api/{version}/graphql.json", self._graphql, methods=["POST"]),
            Route("/admin/oauth/access_token", self._access_token, methods=["POST"]),
            Route("/admin/oauth/access_scopes.json", self._access_scopes, methods=["GET"]),
            Route("/bulk/{store_id}/{name}", self._bulk_file, methods=["GET"]),
        ]

    async def _graphql(self, request: Request) -> Response:
        service = self._of(request)
        if service is None:
            return _refused()
        if request.path_params["version"] > API_VERSION:
            return _json({"errors": "Not Found"}, 404)
        try:
            body = orjson.loads(await request.body())
            query, variables = body["query"], body.get("variables") or {}
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
            return _json({"errors": {"query": "Required parameter missing or invalid"}}, 400)
        if isinstance(variables, str):
            variables = orjson.loads(variables)
        base_url = str(request.base_url).rstrip("/")
        call = Call(query, variables, body.get("operationName"), base_url, page_overlap(request))
        return _json_bytes(await run_in_threadpool(service.answer, call))

    async def _access_token(self, request: Request) -> Response:
        try:
            given = orjson.loads(await request.body())
        except orjson.JSONDecodeError:
            given = dict(await request.form())
        if given.get("grant_type") != "client_credentials":
            return _json({"error": "unsupported_grant_type", "error_description": "expected client_credentials"}, 400)
        if given.get("client_id") not in self._services or not given.get("client_secret"):
            return _json({"error": "application_cannot_be_found"}, 401)
        token = f"{TOKEN_PREFIX}{given['client_id']}"
        return _json({"access_token": token, "scope": ",".join(SCOPES), "expires_in": _TOKEN_SECONDS})

    async def _access_scopes(self, request: Request) -> Response:
        if self._of(request) is None:
            return _refused()
        return _json({"access_scopes": [{"handle": scope} for scope in SCOPES]})

    async def _bulk_file(self, request: Request) -> Response:
        service = self._services.get(request.path_params["store_id"])
        done = service.bulk.all() if service else []
        found = next((b for b in done if b.file.name == request.path_params["name"] and b.status == "COMPLETED"), None)
        if found is None:
            return Response(
                "<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>", 404, media_type="application/xml"
            )
        return FileResponse(found.file, media_type="application/jsonl", filename=found.file.name)

    def _of(self, request: Request) -> StoreService | None:
        token = request.headers.get("x-shopify-access-token", "")
        return self._services.get(token.removeprefix(TOKEN_PREFIX)) if token.startswith(TOKEN_PREFIX) else None


def _refused() -> Response:
    message = "[API] Invalid API key or access token (unrecognized login or wrong password)"
    return _json({"errors": message}, 401)


def _json(body: object, status: int = 200) -> Response:
    return _json_bytes(orjson.dumps(body), status)


def _json_bytes(body: bytes, status: int = 200) -> Response:
    headers = {"X-Shopify-API-Version": API_VERSION, "X-Request-Id": str(uuid.uuid4())}
    return Response(body, status, headers, media_type="application/json")
