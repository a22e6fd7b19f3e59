"""Meta's asynchronous report runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from ingestion.kit.arrow import decoded
from ingestion.kit.asynchronous import Patience, Reporter, ReportRequest, State, TooLarge
from ingestion.kit.asynchronous import run_reports as run_any_reports
from ingestion.source import Rows, SourceError
from ingestion.sources.meta_ads.client import MetaClient, TooMuchData
from ingestion.sources.meta_ads.insights import Report
from ingestion.sources.meta_ads.settings import NAME

RUNS_AT_ONCE = 25
FIRST_POLL_SECONDS = 0.1

_RUN = pl.Struct({"report_run_id": pl.String})
_STATUS = pl.Struct({"async_status": pl.String, "async_percent_completion": pl.Float64})
_STATES = {"Job Completed": State.COMPLETED, "Job Failed": State.FAILED, "Job Skipped": State.EXPIRED}


class _Insights(Reporter[Report]):
    def __init__(self, client: MetaClient) -> None:
        self._client = client

    def submit(self, asked: ReportRequest[Report]) -> str:
        try:
            answer = self._client.post(f"act_{asked.account_id}/insights", asked.report.form(asked.window))
        except TooMuchData as refused:
            raise TooLarge(refused.error.message) from None
        run_id = (decoded(NAME, str(asked), answer, _RUN).item() or {}).get("report_run_id")
        if not run_id:
            raise SourceError(NAME, f"{asked}: the answer names no report_run_id", "check sources.meta_ads.api_url")
        return str(run_id)

    def state(self, run_id: str, asked: ReportRequest[Report]) -> tuple[State, str]:
        """Completed only at 100 %."""
        body = self._client.get(run_id, {"fields": "async_status,async_percent_completion"})
        answer = decoded(NAME, f"state of {asked}", body, _STATUS).item() or {}
        word = str(answer.get("async_status"))
        state = _STATES.get(word, State.RUNNING)
        if state is State.COMPLETED and (answer.get("async_percent_completion") or 0) < 100:
            return State.RUNNING, word
        return state, word

    def rows(self, run_id: str, asked: ReportRequest[Report]) -> Iterator[Rows]:
        for page in self._client.pages(f"{run_id}/insights", asked.report.row):
            yield from asked.report.batches(page)


def run_reports(client: MetaClient, asked: Iterable[ReportRequest[Report]]) -> Iterator[Rows]:
    """Runs reports, a few at once, and yields their rows as runs complete.

    Args:
        client: of the token.
        asked: in the order of submission.

    Raises:
        SourceError: Meta refused, or a request for a single day failed again and again.
    """
    patience = Patience(RUNS_AT_ONCE, FIRST_POLL_SECONDS)
    yield from run_any_reports(NAME, _Insights(client), asked, patience, client.http.sleep)
