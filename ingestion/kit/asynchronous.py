"""Reports that a vendor works on by itself: submitted, polled, read; one that failed is asked for in halves.

A day that fails for good is refused and costs no other day. However a vendor fails, the waiting ends: each run has its
time, all runs of an account have theirs, and a report of which day after day fails is not asked any more.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Generic

from ingestion.kit.refusal import Cause, Reach, Refusal
from ingestion.kit.report_source import Doubt, Outcome, Patience, ReportT
from ingestion.kit.windows import DateWindow
from ingestion.source import Rows


class State(Enum):
    """What a run has come to."""

    RUNNING = "running"
    UNKNOWN = "unknown"
    """The vendor does not know the run: it may, in a moment, where it has just handed out its id."""
    COMPLETED = "completed"
    FAILED = "failed"
    """Failed for what was asked: less may succeed."""
    EXPIRED = "expired"
    """Not worked on in time: the same may succeed."""


@dataclass(frozen=True)
class Status:
    """What the vendor says of a run.

    Attributes:
        state: what it has come to.
        word: the vendor's word for it.
        code: the vendor's code of a failure; empty: none.
        subcode: the vendor's code below it; empty: none.
        message: the vendor's words of a failure; empty: none.
    """

    state: State
    word: str
    code: str = ""
    subcode: str = ""
    message: str = ""

    @property
    def said(self) -> str:
        """The vendor's words, with the word for the state."""
        return f"{self.word}: {self.message}" if self.message else self.word


class TooLarge(Exception):
    """The vendor refuses to begin or to answer: less may succeed.

    Args:
        message: the vendor's.
        code: the vendor's.
        subcode: the vendor's.
    """

    def __init__(self, message: str, code: str = "", subcode: str = "") -> None:
        self.code = code
        self.subcode = subcode
        super().__init__(message)


@dataclass(frozen=True)
class ReportRequest(Generic[ReportT]):
    """A report of an account over some days.

    Attributes:
        account_id: the vendor's.
        report: what is asked.
        window: days in the account's time zone.
        failures: how often this very request has failed or expired.
    """

    account_id: str
    report: ReportT
    window: DateWindow
    failures: int = 0

    def __str__(self) -> str:
        return f"{self.report.tables[0].name} of account {self.account_id}, {self.window.first} to {self.window.last}"


@dataclass(frozen=True)
class Waiting:
    """How a vendor is waited for.

    Attributes:
        runs_at_once: that may be worked on.
        first_poll_seconds: after a submission; doubled from poll to poll.
        slowest_poll_seconds: the longest pause.
        unknown_seconds: for which the vendor may not know a run that it has begun.
        longest_run_seconds: after which a run counts as failed.
        longest_seconds: of pauses between polls in all, after which nothing is begun any more.
        most_failures: how often the same request may fail or expire before it is refused.
    """

    runs_at_once: int
    first_poll_seconds: float
    slowest_poll_seconds: float = 30.0
    unknown_seconds: float = 60.0
    longest_run_seconds: float = 3600.0
    longest_seconds: float = 4 * 3600.0
    most_failures: int = 3


class Reporter(ABC, Generic[ReportT]):
    """A vendor that works on reports."""

    @abstractmethod
    def submit(self, asked: ReportRequest[ReportT]) -> str:
        """Begins a run and returns its id.

        Raises:
            TooLarge: less has to be asked for.
            Refusal: the vendor refused.
        """

    @abstractmethod
    def status(self, run_id: str, asked: ReportRequest[ReportT]) -> Status:
        """What has become of a run.

        Raises:
            Refusal: the vendor refused.
        """

    @abstractmethod
    def rows(self, run_id: str, asked: ReportRequest[ReportT]) -> Iterable[Rows]:
        """What a completed run has found.

        Raises:
            TooLarge: less has to be asked for.
            Refusal: the vendor refused.
        """


@dataclass
class _Run(Generic[ReportT]):
    asked: ReportRequest[ReportT]
    waited: float = 0.0


@dataclass
class Runs(Generic[ReportT]):
    """An account's reports, a few worked on at once.

    Attributes:
        source: named in errors.
        reporter: the vendor.
        waiting: how it is waited for.
        sleep: takes seconds.
        doubt: an outcome that it doubts is asked for once more, and then refused.
    """

    source: str
    reporter: Reporter[ReportT]
    waiting: Waiting
    sleep: Callable[[float], None]
    doubt: Doubt[ReportT] = lambda outcome: None
    _queue: deque[ReportRequest[ReportT]] = field(default_factory=deque)
    _running: dict[str, _Run[ReportT]] = field(default_factory=dict)
    _patience: Patience = field(default_factory=Patience)
    _slept: float = 0.0

    def outcomes(self, asked: Iterable[ReportRequest[ReportT]]) -> Iterator[Outcome[ReportT]]:
        """What comes of reports, as their runs end.

        Args:
            asked: in the order of submission.

        Raises:
            Refusal: all of the account or of the source is refused, and nothing was read before.
        """
        self._queue.extend(asked)
        pause = self.waiting.first_poll_seconds
        while self._queue or self._running:
            yield from self._submitted()
            if not self._running:
                continue
            self.sleep(pause)
            self._slept += pause
            waited, pause = pause, min(pause * 2, self.waiting.slowest_poll_seconds)
            for run_id, run in list(self._running.items()):
                run.waited += waited
                ended = list(self._polled(run_id, run))
                if run_id not in self._running:
                    pause = self.waiting.first_poll_seconds
                yield from ended

    def _polled(self, run_id: str, run: _Run[ReportT]) -> Iterator[Outcome[ReportT]]:
        """What has come of a run, if it has ended."""
        try:
            status = self._status(run_id, run)
        except Refusal as refusal:
            del self._running[run_id]
            yield from self._refused(run.asked, refusal)
            return
        if status.state in (State.RUNNING, State.UNKNOWN):
            return
        del self._running[run_id]
        # The vendor works on the next run while this one is read.
        yield from self._submitted()
        yield from self._ended(run_id, run.asked, status)

    def _submitted(self) -> Iterator[Outcome[ReportT]]:
        while self._queue and len(self._running) < self.waiting.runs_at_once:
            asked = self._queue.popleft()
            if refusal := self._patience.lost(asked.report) or self._late(asked):
                yield Outcome(asked.report, asked.window, refusal=refusal)
                continue
            try:
                self._running[self.reporter.submit(asked)] = _Run(asked)
            except TooLarge as refused:
                status = Status(State.FAILED, str(refused), refused.code, refused.subcode)
                yield from self._failed(asked, status)
            except Refusal as refusal:
                yield from self._refused(asked, refusal)

    def _late(self, asked: ReportRequest[ReportT]) -> Refusal | None:
        if self._slept <= self.waiting.longest_seconds:
            return None
        said = f"not begun after {self._slept / 3600:.0f} hours of waiting for other reports"
        return Refusal(self.source, f"{asked}: {said}", "run again later", cause=Cause.NO_ANSWER, said=said)

    def _status(self, run_id: str, run: _Run[ReportT]) -> Status:
        """What has become of a run; failed when it does not end."""
        status = self.reporter.status(run_id, run.asked)
        if status.state is State.UNKNOWN and run.waited > self.waiting.unknown_seconds:
            return replace(status, state=State.EXPIRED)
        if status.state is State.RUNNING and run.waited > self.waiting.longest_run_seconds:
            return replace(status, state=State.FAILED)
        return status

    def _ended(self, run_id: str, asked: ReportRequest[ReportT], status: Status) -> Iterator[Outcome[ReportT]]:
        if status.state is not State.COMPLETED:
            yield from self._failed(asked, status)
            return
        try:
            outcome = Outcome(asked.report, asked.window, tuple(self.reporter.rows(run_id, asked)))
        except TooLarge as refused:
            yield from self._failed(asked, Status(State.FAILED, str(refused), refused.code, refused.subcode))
            return
        except Refusal as refusal:
            yield from self._refused(asked, refusal)
            return
        if doubted := self.doubt(outcome):
            yield from self._refused(replace(asked, failures=asked.failures + self.waiting.most_failures - 2), doubted)
            return
        self._patience.heard(outcome)
        yield outcome

    def _failed(self, asked: ReportRequest[ReportT], status: Status) -> Iterator[Outcome[ReportT]]:
        """Asks for the same again where the run expired, else for the window's halves."""
        if status.state is State.FAILED and asked.window.days > 1 and not self._patience.lost(asked.report):
            self._queue.extendleft(replace(asked, window=half, failures=0) for half in reversed(asked.window.halves()))
            return
        problem = f"{asked}: {asked.failures + 1} runs ended with {status.said!r}"
        refusal = Refusal(
            self.source,
            problem,
            "it is asked for again in the next run",
            cause=Cause.FAILED,
            code=status.code,
            subcode=status.subcode,
            said=status.said,
        )
        yield from self._refused(asked, refusal)

    def _refused(self, asked: ReportRequest[ReportT], refusal: Refusal) -> Iterator[Outcome[ReportT]]:
        """Asks again what may have failed by chance; what failed for good is refused."""
        again = replace(asked, failures=asked.failures + 1)
        may_pass = refusal.cause in (Cause.FAILED, Cause.NO_ANSWER) and refusal.reach is Reach.PART
        if may_pass and again.failures < self.waiting.most_failures and not self._patience.lost(asked.report):
            self._queue.appendleft(again)
            return
        outcome = Outcome(asked.report, asked.window, refusal=refusal)
        self._patience.heard(outcome)
        yield outcome
