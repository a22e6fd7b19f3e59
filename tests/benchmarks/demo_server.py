"""The local API server: from the call that starts it to its first answer, and to its end with a connection open."""

from __future__ import annotations

import http.client
import time
from urllib.parse import urlsplit

from demo.serve import serve
from demo.simulate import simulate
from tests.benchmarks.bench import AS_OF, Bench, Figures

_MERCHANT_SCALE, _MERCHANT_DAYS = 0.01, 365


def measure(bench: Bench) -> Figures:
    """Starts and stops the server once."""
    merchant = bench.work / "demo_server" / "merchant"
    simulate(merchant, as_of=AS_OF, scale=_MERCHANT_SCALE * bench.scale, days=_MERCHANT_DAYS)
    began = time.perf_counter()
    with serve(merchant, as_of=AS_OF) as server:
        ready = time.perf_counter()
        kept_alive = http.client.HTTPConnection(urlsplit(server.url).netloc)
        kept_alive.request("GET", "/_control/ready")
        kept_alive.getresponse().read()
        stopping = time.perf_counter()
    return {"start s": ready - began, "stop s": time.perf_counter() - stopping}
