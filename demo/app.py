"""One application for all vendors, routed by path, over one merchant at a time."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import Receive, Scope, Send

from demo.faults import CONTROL_PREFIX, FaultMiddleware, FaultPlan
from demo.merchant import Merchant
from demo.vendors.registry import VENDORS


def create_app(merchant: Merchant, faults: FaultPlan | None = None, *, as_of: datetime) -> Starlette:
    """The server's application.

    Args:
        merchant: whose data is served; ``POST /_control/merchant`` with ``{"folder": PATH}`` puts another in its place,
            and with ``"as_of": INSTANT`` beside it another "now".
        faults: what goes wrong and how often; None: nothing.
        as_of: the server's "now" (UTC), e.g. in the timestamps of bulk operations.

    Returns:
        An ASGI application that answers loopback clients only.
    """
    vendors = _Vendors(merchant, as_of)

    async def swap(request: Request) -> Response:
        asked = orjson.loads(await request.body())
        folder = Path(asked["folder"])
        if not folder.is_dir():
            return JSONResponse({"error": f"merchant folder {folder}: no such folder"}, status_code=400)
        vendors.serve(Merchant(folder), datetime.fromisoformat(asked["as_of"]) if "as_of" in asked else vendors.as_of)
        return JSONResponse({"folder": str(folder)})

    async def ready(_: Request) -> Response:
        return JSONResponse({"folder": str(vendors.merchant.folder), "process_id": os.getpid()})

    return Starlette(
        routes=[
            Route(f"{CONTROL_PREFIX}/merchant", _loopback_only(swap), methods=["POST"]),
            Route(f"{CONTROL_PREFIX}/ready", _loopback_only(ready), methods=["GET"]),
            Mount("/", vendors),
        ],
        middleware=[Middleware(FaultMiddleware, plan=faults or FaultPlan())],
    )


class _Vendors:
    """Dispatches to the handlers of the merchant that is served now."""

    def __init__(self, merchant: Merchant, as_of: datetime) -> None:
        self.serve(merchant, as_of)

    def serve(self, merchant: Merchant, as_of: datetime) -> None:
        """Puts a merchant in the place of the one before; its bulk operations and async reports are forgotten."""
        self.merchant, self.as_of = merchant, as_of
        routes: list[BaseRoute] = [route for vendor in VENDORS for route in vendor.routes(merchant, as_of)]
        self._router = Router(routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._router(scope, receive, send)


def _loopback_only(handler: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def guarded(request: Request) -> Response:
        if request.client is None or not ipaddress.ip_address(request.client.host).is_loopback:
            return JSONResponse({"error": "loopback clients only"}, status_code=403)
        return await handler(request)

    return guarded
