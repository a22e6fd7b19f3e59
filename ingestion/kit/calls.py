"""Calls to a vendor: sent, sent again, judged by the vendor's rules, and read.

What cannot be read as an answer (an error inside HTTP 200, ``{}``, ``{"data": null}``, a page for people, JSON that is
cut off) is none: it is asked for a few times more, and then refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from requests import Response

from ingestion.kit.errors import ErrorRules
from ingestion.kit.http import HttpClient
from ingestion.kit.refusal import Cause, Refusal

NO_ANSWER_ATTEMPTS = 4
"""A proxy's page stays for hours, and a hiccup is over after a moment."""

T = TypeVar("T")


class Calls:
    """The calls of one client.

    Args:
        rules: the vendor's errors.
        http: sends.
        secret: taken out of whatever the vendor echoes.
    """

    def __init__(self, rules: ErrorRules, http: HttpClient, secret: str = "") -> None:
        self._rules = rules
        self._http = http
        self._secret = secret

    def ask(self, method: str, url: str, doing: str, read: Callable[[bytes], T], **options: Any) -> tuple[Response, T]:
        """An answer, and what is read in it.

        Args:
            method: of HTTP.
            url: where to.
            doing: what is asked, for errors.
            read: the body; raises :class:`Refusal` where it is no answer.
            options: of ``requests``.

        Raises:
            Refusal: the vendor refused, what it sent cannot be read, or no answer came.
        """
        reading = _Reading(read)

        def retry_in(response: Response) -> float | None:
            delay = self._rules.retry_in(response)
            if delay is not None or not response.ok or self._rules.read(response):
                return delay
            return 0.0 if reading.is_worth_another(response.content) else None

        response = self._http.request(method, url, retry_in, **options)
        if error := self._rules.read(response):
            raise self._rules.explained(error, doing, self._secret)
        return response, reading.result(response.content)


class _Reading:
    """Reads a body once, however often it is looked at."""

    def __init__(self, read: Callable[[bytes], Any]) -> None:
        self._read = read
        self._body: bytes | None = None
        self._found: Any = None
        self._refusal: Refusal | None = None
        self._failures = 0

    def is_worth_another(self, body: bytes) -> bool:
        """Whether the body is no answer, and was so less often than a lasting trouble would be."""
        self._look(body)
        is_none = self._refusal is not None and self._refusal.cause is Cause.NO_ANSWER
        return is_none and self._failures < NO_ANSWER_ATTEMPTS

    def result(self, body: bytes) -> Any:
        """What was read.

        Raises:
            Refusal: it is no answer, or cannot be read.
        """
        self._look(body)
        if self._refusal:
            raise self._refusal
        return self._found

    def _look(self, body: bytes) -> None:
        if body is self._body:
            return
        self._body, self._refusal = body, None
        try:
            self._found = self._read(body)
        except Refusal as refusal:
            self._refusal = refusal
            self._failures += 1
