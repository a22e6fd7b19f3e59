"""Runs a vendor's handlers in a thread, with behaviours and faults that the stand-alone server does not offer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from demo.faults import FaultMiddleware, FaultPlan


@contextmanager
def live(routes: Sequence[BaseRoute], faults: FaultPlan | None = None) -> Iterator[str]:
    """Serves routes on a free port of 127.0.0.1 and yields the base URL."""
    middleware = [Middleware(FaultMiddleware, plan=faults)] if faults else []
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
