"""Runs a vendor's handlers in a thread, with behaviours and faults that the stand-alone server does not offer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demo.faults import FaultMiddleware, FaultPlan

Instead = Callable[[Request, str], Response | None]
"""An answer in the vendor's place, to a request and its body; None: the vendor answers."""


class _InsteadMiddleware:
    def __init__(self, app: ASGIApp, instead: Instead) -> None:
        self._app = app
        self._instead = instead

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = await Request(scope, receive).body()

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        answer = self._instead(Request(scope), body.decode())
        await (answer or self._app)(scope, again, send)


@contextmanager
def live(routes: Sequence[BaseRoute], faults: FaultPlan | None = None, instead: Instead | None = None) -> Iterator[str]:
    """Serves routes on a free port of 127.0.0.1 and yields the base URL.

    Args:
        routes: of the vendor.
        faults: what happens on a bad day.
        instead: answers in the vendor's place.
    """
    middleware = [Middleware(FaultMiddleware, plan=faults)] if faults else []
    middleware += [Middleware(_InsteadMiddleware, instead=instead)] if instead else []
    app = Starlette(routes=list(routes), middleware=middleware)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
