"""Faults on demand: what a vendor's API does on a bad day, at a given rate and reproducible by seed."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demo.vendors.registry import VENDORS
from demo.vendors.wire import OVERLAP

CONTROL_PREFIX = "/_control"
_SLOW_SECONDS = 0.25
_OVERLAP_ROWS = 2


class Fault(StrEnum):
    """A kind of fault."""

    RATE_LIMIT = "rate_limit"
    """HTTP 429 with ``Retry-After``."""
    SERVER_ERROR = "server_error"
    """HTTP 500, 502 or 503."""
    THROTTLE = "throttle"
    """The vendor's own throttle answer, which is not a 429."""
    CUT = "cut"
    """The connection breaks in the middle of the body."""
    DUPLICATE = "duplicate"
    """A page begins with rows of the page before it."""
    SLOW = "slow"
    """The answer comes a quarter of a second late."""


@dataclass(frozen=True)
class FaultPlan:
    """Which requests fail, and how.

    Args:
        rate: share of requests that meet a fault, 0-1.
        seed: the same seed and order of requests meet the same faults.
        kinds: what may happen; each is equally likely.

    Raises:
        ValueError: the rate is not in 0-1, or no kind is given.
    """

    rate: float = 0.0
    seed: int = 0
    kinds: tuple[Fault, ...] = tuple(Fault)

    def __post_init__(self) -> None:
        if not 0 <= self.rate <= 1:
            raise ValueError(f"fault rate {self.rate}: expected a share from 0 to 1")
        if not self.kinds:
            raise ValueError(f"fault kinds: expected at least one of {[k.value for k in Fault]}")

    def fault(self, request_number: int) -> tuple[Fault, int] | None:
        """The fault of the n-th request, with a number 0-65535 that picks its variant; None: served well."""
        digest = hashlib.blake2b(f"{self.seed}:{request_number}".encode(), digest_size=16).digest()
        if int.from_bytes(digest[:8], "big") >= self.rate * 2**64:
            return None
        pick, variant = int.from_bytes(digest[8:12], "big"), int.from_bytes(digest[12:14], "big")
        return self.kinds[pick % len(self.kinds)], variant


def parse_kinds(names: Sequence[str]) -> tuple[Fault, ...]:
    """Fault kinds by name.

    Raises:
        ValueError: a name is no kind.
    """
    return tuple(Fault(name) for name in names) or tuple(Fault)


class FaultMiddleware:
    """Answers in the vendor's place, or spoils its answer, as the plan says."""

    def __init__(self, app: ASGIApp, plan: FaultPlan) -> None:
        self._app = app
        self._plan = plan
        self._requests = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http" or scope["path"].startswith(CONTROL_PREFIX):
            await self._app(scope, receive, send)
            return
        self._requests += 1
        met = self._plan.fault(self._requests)
        if met is None:
            await self._app(scope, receive, send)
            return
        fault, variant = met
        if fault is Fault.RATE_LIMIT:
            await _answer(send, 429, {"error": "Too Many Requests"}, (b"retry-after", b"0.1"))
        elif fault is Fault.SERVER_ERROR:
            await _answer(send, (500, 502, 503)[variant % 3], {"error": "Temporarily unavailable"})
        elif fault is Fault.THROTTLE:
            status, body = _vendor_throttle(scope["path"])
            await _answer(send, status, body)
        elif fault is Fault.CUT:
            await self._app(scope, receive, _CutBody(send))
        else:
            if fault is Fault.DUPLICATE:
                scope[OVERLAP] = _OVERLAP_ROWS
            if fault is Fault.SLOW:
                await asyncio.sleep(_SLOW_SECONDS)
            await self._app(scope, receive, send)


class _CutBody:
    """Sends half of the first body chunk and no more; the announced length stands, so the client notices."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._is_cut = False

    async def __call__(self, message: Message) -> None:
        if self._is_cut:
            return
        if message["type"] != "http.response.body":
            await self._send(message)
            return
        self._is_cut = True
        body = message.get("body", b"")
        await self._send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        raise ConnectionAbortedError("fault: connection cut in mid-body")


async def _answer(send: Send, status: int, body: Any, *headers: tuple[bytes, bytes]) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-type", b"application/json; charset=utf-8"), *headers],
        }
    )
    await send({"type": "http.response.body", "body": orjson.dumps(body)})


def _vendor_throttle(path: str) -> tuple[int, Any]:
    """Status and body with which the vendor of that path says "slow down"."""
    answers = (vendor.throttle(path) for vendor in VENDORS)
    return next((answer for answer in answers if answer), (503, {"error": "Service Unavailable"}))
