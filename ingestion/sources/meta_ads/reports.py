"""Meta's asynchronous report runs: submitted, polled, read; a run that failed is asked for in halves."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import polars as pl

from ingestion.kit.arrow import decoded
from ingestion.kit.windows import DateWindow
from ingestion.source import Rows, SourceError
from ingestion.sources.meta_ads.client import MetaClient, TooMuchData
from ingestion.sources.meta_ads.insights import Report
from ingestion.sources.meta_ads.settings import NAME

RUNS_AT_ONCE = 25
FIRST_POLL_SECONDS = 0.1
SLOWEST_POLL_SECONDS = 30.0
LONGEST_RUN_SECONDS = 3600.0
MOST_FAILURES = 3
"""How often the same request may fail or expire before the load does."""

_RUN = pl.Struct({"report_run_id": pl.String})
_STATUS = pl.Struct({"async_status": pl.String, "async_percent_completion": pl.Float64})
_COMPLETED = "Job Completed"
_FAILED = "Job Failed"
_EXPIRED = "Job Skipped"


@dataclass(frozen=True)
class ReportRequest:
    """A report of an account over some days.

    Attributes:
        account_id: digits only.
        report: what is asked.
        window: days in the account's time zone.
        failures: how often this very request has failed or expired.
    """

    account_id: str
    report: Report
    window: DateWindow
    failures: int = 0

    @property
    def title(self) -> str:
        """For messages."""
        return f"{self.report.table.name} of account {self.account_id}, {self.window.first} to {self.window.last}"


@dataclass
class _Run:
    request: ReportRequest
    waited: float = 0.0


def run_reports(client: MetaClient, requests: Iterable[ReportRequest]) -> Iterator[Rows]:
    """Runs reports, a few at once, and yields their rows as runs complete.

    Args:
        client: of the token.
        requests: in the order of submission.

    Raises:
        SourceError: Meta refused, or a request for a single day failed again and again.
    """
    waiting = deque(requests)
    running: dict[str, _Run] = {}
    pause = FIRST_POLL_SECONDS
    while waiting or running:
        _submit_waiting(client, waiting, running)
        client.http.sleep(pause)
        waited, pause = pause, min(pause * 2, SLOWEST_POLL_SECONDS)
        for run_id, run in list(running.items()):
            run.waited += waited
            state = _state(client, run_id, run)
            if state not in (_COMPLETED, _FAILED, _EXPIRED):
                continue
            del running[run_id]
            pause = FIRST_POLL_SECONDS
            if state != _COMPLETED:
                waiting.extendleft(_after_failure(run.request, state))
                continue
            # Meta works on the next run while this one is read.
            _submit_waiting(client, waiting, running)
            yield from _rows(client, run_id, run.request)


def _submit_waiting(client: MetaClient, waiting: deque[ReportRequest], running: dict[str, _Run]) -> None:
    while waiting and len(running) < RUNS_AT_ONCE:
        _submit(client, waiting.popleft(), waiting, running)


def _submit(
    client: MetaClient,
    request: ReportRequest,
    waiting: deque[ReportRequest],
    running: dict[str, _Run],
) -> None:
    try:
        answer = client.post(f"act_{request.account_id}/insights", request.report.form(request.window))
    except TooMuchData as refused:
        waiting.extendleft(_after_failure(request, refused.error.message))
        return
    run_id = (decoded(NAME, request.title, answer, _RUN).item() or {}).get("report_run_id")
    if not run_id:
        raise SourceError(NAME, f"{request.title}: the answer names no report_run_id", "check sources.meta_ads.api_url")
    running[run_id] = _Run(request)


def _state(client: MetaClient, run_id: str, run: _Run) -> str:
    """The run's state; completed only at 100 %, and failed when it does not end."""
    fields = {"fields": "async_status,async_percent_completion"}
    body = client.get(run_id, fields)
    answer = decoded(NAME, f"state of {run.request.title}", body, _STATUS).item() or {}
    state = str(answer.get("async_status"))
    if state == _COMPLETED and (answer.get("async_percent_completion") or 0) < 100:
        return "Job Running"
    if state not in (_COMPLETED, _EXPIRED) and run.waited > LONGEST_RUN_SECONDS:
        return _FAILED
    return state


def _rows(client: MetaClient, run_id: str, request: ReportRequest) -> Iterator[Rows]:
    for page in client.pages(f"{run_id}/insights", request.report.row):
        yield from request.report.batches(page)


def _after_failure(request: ReportRequest, reason: str) -> list[ReportRequest]:
    """What to ask instead: the same again where the run expired, else the window's halves."""
    again = replace(request, failures=request.failures + 1)
    if again.failures >= MOST_FAILURES and (reason == _EXPIRED or request.window.days == 1):
        raise SourceError(
            NAME,
            f"{request.title}: {MOST_FAILURES} runs ended with {reason!r}",
            "run again later, or narrow the range with --since and --until; nothing was loaded",
        )
    if reason == _EXPIRED or request.window.days == 1:
        return [again]
    return [replace(request, window=half, failures=0) for half in reversed(request.window.halves())]
