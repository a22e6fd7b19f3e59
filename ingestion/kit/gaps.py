"""Gaps: parts of a source that could not be read, kept as rows and asked for again until they can be.

A part is everything of an account, one of its tables, or one of its reports over some days. What is open lies in the
source's state too, so the next run knows what to ask, however far back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from ingestion.contract import RawTable
from ingestion.kit.refusal import Cause, Refusal
from ingestion.kit.windows import DateWindow
from ingestion.source import ExtractRequest, Gap, Rows
from shophouse.tables import columns, day, instant, text

GAPS = RawTable(
    "gaps",
    "One row per part of the source that could not be read: an account, a table of it, or a report over some days. "
    "What is stored of a part stays as it is, and every run asks for the open ones again.",
    columns(
        text("gap_id", "Account, table and days, with slashes."),
        text("account_id", "Whose part: the account, the property, the survey."),
        text("report", "The table that it would have filled first; null: everything of the account."),
        day("first_day", "First day that is missing; null: the part has no days."),
        day("last_day", "Last day that is missing; null: the part has no days."),
        text("cause", "closed (account), refused, failed (begun and not ended), no answer, or unreadable."),
        text("code", "The vendor's code of the last answer; null: none."),
        text("subcode", "The vendor's code below it; null: none."),
        text("message", "The last answer in the vendor's words."),
        text("advice", "What a person can do; null: nothing but wait."),
        instant("first_tried_at", "Instant of the run that met it first."),
        instant("last_tried_at", "Instant of the run that asked for it last."),
        instant("closed_at", "Instant of the run that could read it; null: open."),
    ),
    key=("gap_id",),
)


@dataclass(frozen=True)
class Part:
    """Something of a source that can be asked for.

    Attributes:
        account_id: whose: the account, the property, the survey.
        report: table that it fills first; empty: everything of the account.
        window: its days; None: it has none.
    """

    account_id: str
    report: str = ""
    window: DateWindow | None = None

    @property
    def gap_id(self) -> str:
        """Key of its gap."""
        days = (self.window.first.isoformat(), self.window.last.isoformat()) if self.window else ()
        return "/".join((self.account_id, self.report, *days)).strip("/")

    def __str__(self) -> str:
        what = f"{self.report or 'everything'} of {self.account_id}"
        return f"{what}, {self.window.first} to {self.window.last}" if self.window else what

    def holds(self, other: Part) -> bool:
        """Whether reading this part reads the other."""
        if self.account_id != other.account_id or self.report != other.report:
            return False
        if self.window is None or other.window is None:
            return self.window is other.window
        return self.window.first <= other.window.first and other.window.last <= self.window.last


class Gaps:
    """The gaps of a source in one run.

    Args:
        request: the run's; open gaps live in its state.
    """

    def __init__(self, request: ExtractRequest) -> None:
        self._request = request
        self._open: MutableMapping[str, dict[str, Any]] = request.state.setdefault("gaps", {})
        self._closed: list[dict[str, Any]] = []

    def open_windows(self, account_id: str, report: str) -> list[DateWindow]:
        """Days of a report that earlier runs could not read, oldest first."""
        parts = [_part(kept) for kept in self._open.values()]
        found = [p.window for p in parts if p.window and (p.account_id, p.report) == (account_id, report)]
        return sorted(found, key=lambda window: window.first)

    def read(self, part: Part) -> None:
        """Closes the gaps that a part held."""
        for gap_id in [gap_id for gap_id, kept in self._open.items() if part.holds(_part(kept))]:
            self._closed.append(self._open.pop(gap_id) | {"closed_at": self._request.as_of.isoformat()})

    def read_days(self, account_id: str, report: str, answered: Sequence[DateWindow]) -> None:
        """Closes the gaps of a report as far as its days were answered; what is left of one stays open."""
        for window in self.open_windows(account_id, report):
            left = window.without(answered)
            if left == [window]:
                continue
            kept = self._open[Part(account_id, report, window).gap_id]
            self.read(Part(account_id, report, window))
            for stretch in left:
                part = Part(account_id, report, stretch)
                self._open[part.gap_id] = kept | {"gap_id": part.gap_id, **_days(stretch)}

    def failed(self, part: Part, refusal: Refusal) -> None:
        """Notes that a part could not be read; gaps that it holds become part of it."""
        now = self._request.as_of.isoformat()
        held = [gap_id for gap_id, kept in self._open.items() if part.holds(_part(kept))]
        first_tried = min([now, *(self._open[gap_id]["first_tried_at"] for gap_id in held)])
        self.read(part)
        self._closed = [kept for kept in self._closed if kept["gap_id"] != part.gap_id]
        self._open[part.gap_id] = {
            "gap_id": part.gap_id,
            "account_id": part.account_id,
            "report": part.report or None,
            **_days(part.window),
            "cause": str(refusal.cause),
            "code": refusal.code or None,
            "subcode": refusal.subcode or None,
            "message": refusal.said or refusal.problem,
            "advice": refusal.advice or None,
            "first_tried_at": first_tried,
            "last_tried_at": now,
            "closed_at": None,
        }

    def failed_days(self, account_id: str, report: str, failed: Iterable[tuple[DateWindow, Refusal]]) -> None:
        """Notes windows of a report that could not be read; neighbours with one reason are one gap."""
        joined: list[tuple[DateWindow, Refusal]] = []
        for window, refusal in sorted(failed, key=lambda each: each[0].first):
            last = joined[-1] if joined else None
            if last and last[0].touches(window) and _reason(last[1]) == _reason(refusal):
                joined[-1] = (DateWindow(last[0].first, window.last), refusal)
            else:
                joined.append((window, refusal))
        for window, refusal in joined:
            self.failed(Part(account_id, report, window), refusal)

    def rows(self) -> Iterator[Rows]:
        """The open gaps and those that this run has closed; the open ones are told to whoever watches the run."""
        told = [*self._closed, *self._open.values()]
        if told:
            self._request.gaps.extend(
                Gap(_sentence(kept), kept["cause"] != Cause.CLOSED) for kept in self._open.values()
            )
            values = [[_READ.get(name, _same)(kept[name]) for kept in told] for name in GAPS.schema.names]
            yield Rows(GAPS, pa.table(values, schema=GAPS.schema))


def open_gaps(state: Mapping[str, Any]) -> tuple[str, ...]:
    """The gaps in a source's state, a sentence each, the oldest first.

    Args:
        state: as it was committed with the source's last load.
    """
    kept: Mapping[str, dict[str, Any]] = state.get("gaps", {})
    return tuple(_sentence(each) for each in sorted(kept.values(), key=lambda each: str(each["first_tried_at"])))


def _part(kept: MutableMapping[str, Any]) -> Part:
    days = kept["first_day"] and DateWindow(date.fromisoformat(kept["first_day"]), date.fromisoformat(kept["last_day"]))
    return Part(kept["account_id"], kept["report"] or "", days or None)


def _days(window: DateWindow | None) -> dict[str, str | None]:
    first, last = (window.first.isoformat(), window.last.isoformat()) if window else (None, None)
    return {"first_day": first, "last_day": last}


def _reason(refusal: Refusal) -> tuple[str, str, str]:
    return refusal.cause, refusal.code, refusal.subcode


def _sentence(kept: MutableMapping[str, Any]) -> str:
    codes = "/".join(code for code in (kept["code"], kept["subcode"]) if code)
    since = f"since {kept['first_tried_at'][:10]}"
    advice = f" -> {kept['advice']}" if kept["advice"] else ""
    return f"{_part(kept)} ({kept['cause']} {since}): {codes + ': ' if codes else ''}{kept['message']}{advice}"


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _same(value: Any) -> Any:
    return value


_READ: dict[str, Callable[[Any], Any]] = {
    "first_day": _day,
    "last_day": _day,
    "first_tried_at": _moment,
    "last_tried_at": _moment,
    "closed_at": _moment,
}
