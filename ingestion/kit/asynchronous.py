"""Reports that a vendor works on by itself: submitted, polled, read; one that failed is asked for in halves."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Generic

from ingestion.kit.report_source import ReportT
from ingestion.kit.windows import DateWindow
from ingestion.source import Rows, SourceError


class State(Enum):
    """What a run has come to."""

    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    """Failed for what was asked: less may succeed."""
    EXPIRED = "expired"
    """Not worked on in time: the same may succeed."""


class TooLarge(Exception):
    """The vendor refuses to begin: less may succeed. The message is the vendor's."""


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
class Patience:
    """How a vendor is waited for.

    Attributes:
        runs_at_once: that may be worked on.
        first_poll_seconds: after a submission; doubled from poll to poll.
        slowest_poll_seconds: the longest pause.
        longest_run_seconds: after which a run counts as failed.
        most_failures: how often the same request may fail or expire before the load does.
    """

    runs_at_once: int
    first_poll_seconds: float
    slowest_poll_seconds: float = 30.0
    longest_run_seconds: float = 3600.0
    most_failures: int = 3


class Reporter(ABC, Generic[ReportT]):
    """A vendor that works on reports."""

    @abstractmethod
    def submit(self, asked: ReportRequest[ReportT]) -> str:
        """Begins a run and returns its id.

        Raises:
            TooLarge: less has to be asked for.
        """

    @abstractmethod
    def state(self, run_id: str, asked: ReportRequest[ReportT]) -> tuple[State, str]:
        """The run's state, and the vendor's word for it."""

    @abstractmethod
    def rows(self, run_id: str, asked: ReportRequest[ReportT]) -> Iterator[Rows]:
        """What a completed run has found."""


@dataclass
class _Run(Generic[ReportT]):
    asked: ReportRequest[ReportT]
    waited: float = 0.0


class _Failed(Exception):
    """Stops the load; the message says what ended how often."""


def run_reports(
    source: str,
    reporter: Reporter[ReportT],
    asked: Iterable[ReportRequest[ReportT]],
    patience: Patience,
    sleep: Callable[[float], None],
) -> Iterator[Rows]:
    """Runs reports, a few at once, and yields their rows as runs complete.

    Args:
        source: named in errors.
        reporter: the vendor.
        asked: in the order of submission.
        patience: how it is waited for.
        sleep: takes seconds.

    Raises:
        SourceError: the vendor refused, or a request for a single day failed again and again.
    """
    waiting = deque(asked)
    running: dict[str, _Run[ReportT]] = {}
    pause = patience.first_poll_seconds
    try:
        while waiting or running:
            _submit_waiting(reporter, waiting, running, patience)
            sleep(pause)
            waited, pause = pause, min(pause * 2, patience.slowest_poll_seconds)
            for run_id, run in list(running.items()):
                run.waited += waited
                state, word = _state(reporter, run_id, run, patience)
                if state is State.RUNNING:
                    continue
                del running[run_id]
                pause = patience.first_poll_seconds
                if state is not State.COMPLETED:
                    waiting.extendleft(_after_failure(run.asked, state, word, patience))
                    continue
                # The vendor works on the next run while this one is read.
                _submit_waiting(reporter, waiting, running, patience)
                yield from reporter.rows(run_id, run.asked)
    except _Failed as failed:
        raise SourceError(
            source,
            str(failed),
            "run again later, or narrow the range with --since and --until; nothing was loaded",
        ) from None


def _submit_waiting(
    reporter: Reporter[ReportT],
    waiting: deque[ReportRequest[ReportT]],
    running: dict[str, _Run[ReportT]],
    patience: Patience,
) -> None:
    while waiting and len(running) < patience.runs_at_once:
        asked = waiting.popleft()
        try:
            running[reporter.submit(asked)] = _Run(asked)
        except TooLarge as refused:
            waiting.extendleft(_after_failure(asked, State.FAILED, str(refused), patience))


def _state(reporter: Reporter[ReportT], run_id: str, run: _Run[ReportT], patience: Patience) -> tuple[State, str]:
    """The run's state; failed when it does not end."""
    state, word = reporter.state(run_id, run.asked)
    if state is State.RUNNING and run.waited > patience.longest_run_seconds:
        return State.FAILED, word
    return state, word


def _after_failure(
    asked: ReportRequest[ReportT], state: State, word: str, patience: Patience
) -> list[ReportRequest[ReportT]]:
    """What to ask instead: the same again where the run expired, else the window's halves."""
    again = replace(asked, failures=asked.failures + 1)
    is_same = state is State.EXPIRED or asked.window.days == 1
    if is_same and again.failures >= patience.most_failures:
        raise _Failed(f"{asked}: {patience.most_failures} runs ended with {word!r}")
    if is_same:
        return [again]
    return [replace(asked, window=half, failures=0) for half in reversed(asked.window.halves())]
