"""Meta's asynchronous report runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from ingestion.kit.asynchronous import Reporter, ReportRequest, Runs, State, Status, TooLarge, Waiting
from ingestion.kit.refusal import Refusal
from ingestion.kit.report_source import Doubt, Outcome
from ingestion.source import Rows
from ingestion.sources.meta_ads.client import MetaClient, TooMuchData
from ingestion.sources.meta_ads.errors import NO_SUCH_OBJECT
from ingestion.sources.meta_ads.insights import Report
from ingestion.sources.meta_ads.settings import NAME

RUNS_AT_ONCE = 25
FIRST_POLL_SECONDS = 0.1

_RUN = pl.Struct({"report_run_id": pl.String})
_FAILURE = ("error_code", "error_subcode", "error_message", "error_user_title", "error_user_msg")
_STATUS = pl.Struct(
    {"async_status": pl.String, "async_percent_completion": pl.Float64} | dict.fromkeys(_FAILURE, pl.String)
)
_STATES = {"Job Completed": State.COMPLETED, "Job Failed": State.FAILED, "Job Skipped": State.EXPIRED}


class _Insights(Reporter[Report]):
    def __init__(self, client: MetaClient) -> None:
        self._client = client

    def submit(self, asked: ReportRequest[Report]) -> str:
        path, form = f"act_{asked.account_id}/insights", asked.report.form(asked.window)
        try:
            answer = self._client.post(path, form, _RUN, "report_run_id", str(asked))
        except TooMuchData as refused:
            raise _too_large(refused) from None
        return str(answer["report_run_id"])

    def status(self, run_id: str, asked: ReportRequest[Report]) -> Status:
        """Completed only at 100 %; a run that Meta has just begun may not be known everywhere yet."""
        wanted = {"fields": ",".join(field.name for field in _STATUS.fields)}
        try:
            answer = self._client.get(run_id, wanted, _STATUS, "async_status", f"state of {asked}")
        except Refusal as refusal:
            if (refusal.code, refusal.subcode) == NO_SUCH_OBJECT:
                return Status(State.UNKNOWN, refusal.said, refusal.code, refusal.subcode)
            raise
        word = str(answer["async_status"])
        state = _STATES.get(word, State.RUNNING)
        if state is State.COMPLETED and (answer["async_percent_completion"] or 0) < 100:
            state = State.RUNNING
        code, subcode, *messages = (answer[name] or "" for name in _FAILURE)
        return Status(state, word, code, subcode, ". ".join(dict.fromkeys(m.rstrip(".") for m in messages if m)))

    def rows(self, run_id: str, asked: ReportRequest[Report]) -> Iterator[Rows]:
        try:
            for page in self._client.pages(f"{run_id}/insights", asked.report.row):
                yield from asked.report.batches(page)
        except TooMuchData as refused:
            raise _too_large(refused) from None


def _too_large(refused: TooMuchData) -> TooLarge:
    refusal = refused.refusal
    return TooLarge(refusal.said, refusal.code, refusal.subcode)


def run_reports(
    client: MetaClient, asked: Iterable[ReportRequest[Report]], doubt: Doubt[Report] = lambda outcome: None
) -> Iterator[Outcome[Report]]:
    """Runs reports, a few at once, and yields what comes of them as runs end.

    Args:
        client: of the token.
        asked: in the order of submission.
        doubt: an outcome that it doubts is asked for once more, and then refused.

    Raises:
        Refusal: Meta refused all of the account, and nothing was read before.
    """
    waiting = Waiting(RUNS_AT_ONCE, FIRST_POLL_SECONDS)
    yield from Runs(NAME, _Insights(client), waiting, client.http.sleep, doubt).outcomes(asked)
