"""What vendors' errors mean, as data: which codes pass, and what a person can do about the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from requests import Response

from ingestion.kit.http import server_trouble
from ingestion.kit.refusal import Cause, Reach, Refusal

_ERROR_MEMBER = re.compile(rb'"errors?"\s*:\s*[{\["]')

Advice = str | Callable[[], str]
"""What a person can do; asked for when it is needed where it depends on what is set."""

LATER = "every retry was refused: run again later"


@dataclass(frozen=True)
class VendorError:
    """The error of an answer.

    Attributes:
        status: HTTP status.
        code: the vendor's own, which advice is looked up by.
        subcode: the vendor's own below the code; empty where there is none.
        message: the vendor's words.
        kinds: every code of the answer that the rules may know as passing.
        is_final: the vendor has said what is wrong, so the HTTP status alone is no reason to send again.
        delay: seconds after which the vendor wants the request again; 0 where it does not say.
        shown: the code as people are told it; empty: as it is.
    """

    status: int
    code: str
    message: str
    kinds: frozenset[str] = frozenset()
    is_final: bool = False
    delay: float = 0.0
    shown: str = ""
    subcode: str = ""


@dataclass(frozen=True)
class ErrorRules:
    """A vendor's errors.

    Attributes:
        source: named in errors.
        vendor: the name people know.
        read: the error of an answer; None: it is none.
        passing: kinds after which the same request succeeds later.
        advice: what to do, by a pattern of the code or of ``HTTP <status>``; the first that fits.
        otherwise: what to do about any other.
        closed: codes of an account that is closed, as a pattern.
        account: codes of everything else that concerns all of an account, as a pattern.
        everything: codes after which nothing that is asked will be answered, as a pattern.
    """

    source: str
    vendor: str
    read: Callable[[Response], VendorError | None]
    passing: frozenset[str]
    advice: Mapping[str, Advice]
    otherwise: Advice = ""
    closed: str = "(?!)"
    account: str = "(?!)"
    everything: str = "(?!)"

    def retry_in(self, response: Response) -> float | None:
        """The rule of :class:`ingestion.kit.http.HttpClient`."""
        error = self.read(response)
        if error is None:
            return None
        if self.is_passing(error):
            return error.delay
        return None if error.is_final else server_trouble(response)

    def is_passing(self, error: VendorError) -> bool:
        """Whether the same request succeeds later."""
        return bool(error.kinds & self.passing)

    def explained(self, error: VendorError, doing: str, secret: str = "") -> Refusal:
        """The error in the operator's words.

        Args:
            error: of an answer.
            doing: what was asked.
            secret: taken out of whatever the vendor echoes.
        """
        said = error.message.replace(secret, "***") if secret else error.message
        problem = f"{doing}: {self.vendor} answered HTTP {error.status}, {error.shown or error.code}: {said}"
        return Refusal(
            self.source,
            problem,
            self._advice(error),
            cause=self._cause(error),
            reach=self._reach(error),
            code=error.code,
            subcode=error.subcode,
            said=said,
        )

    def _advice(self, error: VendorError) -> str:
        if self.is_passing(error):
            return LATER
        for pattern, advice in self.advice.items():
            if _fits(pattern, error):
                return advice if isinstance(advice, str) else advice()
        if _is_server_trouble(error):
            return LATER
        return self.otherwise if isinstance(self.otherwise, str) else self.otherwise()

    def _cause(self, error: VendorError) -> Cause:
        if _fits(self.closed, error):
            return Cause.CLOSED
        return Cause.NO_ANSWER if self.is_passing(error) or _is_server_trouble(error) else Cause.REFUSED

    def _reach(self, error: VendorError) -> Reach:
        if _fits(self.everything, error):
            return Reach.SOURCE
        return Reach.ACCOUNT if _fits(f"{self.closed}|{self.account}", error) else Reach.PART


def _fits(pattern: str, error: VendorError) -> bool:
    told = (error.code, f"{error.code}/{error.subcode}", f"HTTP {error.status}")
    return any(re.fullmatch(pattern, each) for each in told)


def _is_server_trouble(error: VendorError) -> bool:
    return not error.is_final and (error.status == 429 or error.status >= 500)


def has_error(body: bytes) -> bool:
    """Whether a body has a member ``error``; told without parsing it."""
    return bool(_ERROR_MEMBER.search(body))


def json_object(body: bytes) -> Mapping[str, Any]:
    """A JSON object; an empty one where the body is none."""
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
