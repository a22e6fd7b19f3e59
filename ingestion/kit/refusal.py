"""Why something of a source could not be read, and how far the reason reaches."""

from __future__ import annotations

from enum import IntEnum, StrEnum

from ingestion.source import SourceError


class Reach(IntEnum):
    """What else cannot be read for the same reason."""

    PART = 1
    """Nothing: the reason is in what was asked."""
    ACCOUNT = 2
    """Everything of the account."""
    SOURCE = 3
    """Everything that would be asked after it."""


class Cause(StrEnum):
    """What kind of reason it is."""

    CLOSED = "closed"
    """The account is closed: it costs nothing any more."""
    REFUSED = "refused"
    """The vendor answered that it will not."""
    FAILED = "failed"
    """The vendor began, and came to no end."""
    NO_ANSWER = "no answer"
    """Nothing came, or what came was no answer to what was asked."""
    UNREADABLE = "unreadable"
    """What came has another shape than the contract's."""


class Refusal(SourceError):
    """Something that could not be read.

    Attributes:
        cause: what kind of reason it is.
        reach: what else cannot be read for it.
        code: the vendor's own; empty where it gave none.
        subcode: the vendor's own, below the code.
        said: the vendor's words; empty where there are none.
    """

    def __init__(
        self,
        source: str,
        problem: str,
        advice: str = "",
        *,
        cause: Cause,
        reach: Reach = Reach.PART,
        code: str = "",
        subcode: str = "",
        said: str = "",
    ) -> None:
        super().__init__(source, problem, advice)
        self.cause = cause
        self.reach = reach
        self.code = code
        self.subcode = subcode
        self.said = said
