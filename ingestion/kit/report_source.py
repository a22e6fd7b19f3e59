"""A source of reports by day: its accounts, what is in them, and the days that a run has to read of each.

Whatever the vendor, a run reads the accounts, then of each account its structure and the reports of a window of days:
those never read, those that the vendor may have restated, and those that could not be read before. Every day answered
is named as read, so that one that has come back empty loses the rows it had. What is refused costs no more than what
was asked: it becomes a gap, and the rest lands.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, Protocol, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contract import RawTable
from ingestion.kit.gaps import Gaps, Part
from ingestion.kit.refusal import Cause, Reach, Refusal
from ingestion.kit.windows import (
    DateWindow,
    cursors,
    local_date,
    remember_days,
    report_period,
    reread_window,
)
from ingestion.source import Batch, ExtractRequest, Rows, SlicesRead, counted

MOST_FAILED_DAYS = 3
"""Single days of a report that fail in a row before the rest of it is not asked any more."""
MOST_UNANSWERED = 4
"""Requests without an answer, in a row, after which the vendor counts as down."""


@dataclass(frozen=True)
class Account:
    """An ad account, a property: whatever has its own reports.

    Attributes:
        account_id: the vendor's.
        zone: IANA time zone of its days.
        currency: of its amounts; empty where the reports say it.
        manager_id: through which it is reached; None: directly.
    """

    account_id: str
    zone: str
    currency: str = ""
    manager_id: str | None = None


@dataclass(frozen=True)
class Accounts:
    """What there is to read.

    Attributes:
        rows: of every account that was found.
        read: those of which more is read.
        refused: those that were asked for and cannot be read, and why.
    """

    rows: Rows
    read: Sequence[Account]
    refused: Mapping[str, Refusal] = field(default_factory=dict)


class Report(Protocol):
    """A report by day."""

    @property
    def tables(self) -> tuple[RawTable, ...]:
        """What it fills; the ``merge_key`` of each is its column of the account and that of the day."""


ReportT = TypeVar("ReportT", bound=Report)


@dataclass(frozen=True)
class Collection:
    """A table of an account that is read whole.

    Attributes:
        table: where its rows land.
        read: its rows.
    """

    table: RawTable
    read: Callable[[], Iterable[Rows]]


@dataclass(frozen=True)
class Outcome(Generic[ReportT]):
    """What came of a report over some days.

    Attributes:
        report: which.
        window: the days that were asked for.
        rows: all of its rows; none where it was refused.
        refusal: why it could not be read; None: it was.
    """

    report: ReportT
    window: DateWindow
    rows: tuple[Rows, ...] = ()
    refusal: Refusal | None = None


Doubt = Callable[[Outcome[ReportT]], Refusal | None]
"""Why an outcome may not be believed; None: it may."""


class ReportReader(ABC, Generic[ReportT]):
    """How one vendor is read in one run.

    Attributes:
        source: its name.
        reports: every report that is read of an account.
    """

    source: str
    reports: Sequence[ReportT]

    @abstractmethod
    def accounts(self) -> Accounts:
        """All accounts, those of which more is read, and those that cannot be."""

    @abstractmethod
    def structure(self, account: Account) -> Sequence[Collection]:
        """What is in an account: campaigns, ads."""

    @abstractmethod
    def outcomes(
        self, account: Account, asked: Sequence[tuple[ReportT, DateWindow]], doubt: Doubt[ReportT]
    ) -> Iterator[Outcome[ReportT]]:
        """What comes of reports over windows of days.

        Args:
            account: whose.
            asked: in the order of asking.
            doubt: an outcome that it doubts is asked for once more, and then refused.

        Raises:
            Refusal: all of the account or of the source is refused, and nothing was read before.
        """

    @abstractmethod
    def oldest_day(self, today: date) -> date:
        """First day that is asked of the vendor at all."""

    @abstractmethod
    def restated_days(self, account: Account) -> int:
        """For how many days the vendor may restate; asked after the structure was read."""

    def windows(self, report: ReportT, window: DateWindow, today: date) -> Sequence[DateWindow]:
        """The pieces in which a window is asked."""
        return window.months()


class AnsweringReader(ReportReader[ReportT]):
    """Reads a vendor that answers a report at once; one that found no answer is asked for in halves."""

    @abstractmethod
    def rows(self, account: Account, report: ReportT, window: DateWindow) -> Iterable[Rows]:
        """Rows of a report over a window of days.

        Raises:
            Refusal: it cannot be read.
        """

    def outcomes(
        self, account: Account, asked: Sequence[tuple[ReportT, DateWindow]], doubt: Doubt[ReportT]
    ) -> Iterator[Outcome[ReportT]]:
        """As declared above."""
        yield from _Asking(self, account, asked, doubt).outcomes()


class _Asking(Generic[ReportT]):
    """One account's reports, asked for one after the other."""

    def __init__(
        self,
        reader: AnsweringReader[ReportT],
        account: Account,
        asked: Sequence[tuple[ReportT, DateWindow]],
        doubt: Doubt[ReportT],
    ) -> None:
        self._reader = reader
        self._account = account
        self._waiting = deque(asked)
        self._doubt = doubt
        self._patience = Patience()

    def outcomes(self) -> Iterator[Outcome[ReportT]]:
        while self._waiting:
            report, window = self._waiting.popleft()
            refusal = self._patience.lost(report)
            outcome = Outcome(report, window, refusal=refusal) if refusal else self._asked(report, window)
            if outcome.refusal and self._patience.is_divisible(outcome):
                self._waiting.extend((report, half) for half in window.halves())
            else:
                yield outcome

    def _asked(self, report: ReportT, window: DateWindow) -> Outcome[ReportT]:
        outcome = self._once(report, window)
        if outcome.refusal is None and self._doubt(outcome):
            outcome = self._once(report, window)
            if refusal := outcome.refusal or self._doubt(outcome):
                outcome = Outcome(report, window, refusal=refusal)
        self._patience.heard(outcome)
        return outcome

    def _once(self, report: ReportT, window: DateWindow) -> Outcome[ReportT]:
        try:
            return Outcome(report, window, tuple(self._reader.rows(self._account, report, window)))
        except Refusal as refusal:
            return Outcome(report, window, refusal=refusal)


class Patience:
    """How long an account's reports are asked for while they fail."""

    def __init__(self) -> None:
        self._has_read = False
        self._unanswered = 0
        self._failed_days: Counter[str] = Counter()
        self._over: Refusal | None = None
        self._given_up: dict[str, Refusal] = {}

    def lost(self, report: Report) -> Refusal | None:
        """Why a report is not asked for any more; None: it is."""
        return self._over or self._given_up.get(_name(report))

    def is_divisible(self, outcome: Outcome[ReportT]) -> bool:
        """Whether halves of the window may succeed."""
        refusal = outcome.refusal
        if refusal is None or refusal.reach > Reach.PART or self.lost(outcome.report):
            return False
        return outcome.window.days > 1 and refusal.cause in (Cause.FAILED, Cause.NO_ANSWER)

    def heard(self, outcome: Outcome[ReportT]) -> None:
        """Learns from an outcome.

        Raises:
            Refusal: all of the account or of the source is refused, and nothing was read before.
        """
        name, refusal = _name(outcome.report), outcome.refusal
        if refusal is None:
            self._has_read, self._unanswered, self._failed_days[name] = True, 0, 0
            return
        self._unanswered = self._unanswered + 1 if refusal.cause is Cause.NO_ANSWER else 0
        self._failed_days[name] += outcome.window.days == 1
        is_for_all = refusal.reach > Reach.PART
        if is_for_all or self._unanswered >= MOST_UNANSWERED:
            self._over = refusal
        if self._failed_days[name] >= MOST_FAILED_DAYS:
            self._given_up[name] = refusal
        if is_for_all and not self._has_read:
            raise refusal


def read_accounts(request: ExtractRequest, reader: ReportReader[ReportT], periods: RawTable) -> Iterator[Batch]:
    """Everything of one run.

    Args:
        request: the run's.
        reader: of the vendor.
        periods: the source's :func:`ingestion.kit.windows.report_periods`.

    Raises:
        Refusal: nothing could be read.
    """
    gaps = Gaps(request)
    found = reader.accounts()
    yield found.rows
    refused = dict(found.refused)
    over: Refusal | None = None
    for account in found.read:
        if over:
            refused[account.account_id] = over
            continue
        try:
            yield from counted(account.account_id, request, _account(request, reader, account, gaps, periods))
        except Refusal as refusal:
            refused[account.account_id] = refusal
            over = refusal if refusal.reach is Reach.SOURCE else None
        else:
            gaps.read(Part(account.account_id))
    lasting = [refusal for refusal in refused.values() if refusal.cause is not Cause.CLOSED]
    if lasting and len(refused) >= len({*found.refused, *(account.account_id for account in found.read)}):
        raise lasting[0]
    for account_id, reason in refused.items():
        gaps.failed(Part(account_id), reason)
    yield from gaps.rows()


def _account(
    request: ExtractRequest, reader: ReportReader[ReportT], account: Account, gaps: Gaps, periods: RawTable
) -> Iterator[Batch]:
    for collection in reader.structure(account):
        yield from _collection(account, collection, gaps)
    today = local_date(request.as_of, account.zone)
    oldest = reader.oldest_day(today)
    last_read = cursors(request).get(account.account_id)
    window = reread_window(request, account.zone, last_read, reader.restated_days(account), oldest)
    asked = [
        (report, piece)
        for report in reader.reports
        for stretch in _stretches(request, window, gaps.open_windows(account.account_id, _name(report)))
        if stretch.first >= oldest
        for piece in reader.windows(report, stretch, today)
    ]
    answered: dict[str, list[DateWindow]] = {}
    failed: dict[str, list[tuple[DateWindow, Refusal]]] = {}
    for outcome in reader.outcomes(account, asked, _held_days(request, reader.source, account)):
        name = _name(outcome.report)
        if outcome.refusal:
            failed.setdefault(name, []).append((outcome.window, outcome.refusal))
            continue
        answered.setdefault(name, []).append(outcome.window)
        yield from outcome.rows
    yield from _slices_read(account, reader.reports, answered)
    for name, read in answered.items():
        gaps.read_days(account.account_id, name, read)
    for name, windows in failed.items():
        gaps.failed_days(account.account_id, name, windows)
    remember_days(request, account.account_id, window)
    yield from report_period(request, periods, account.account_id)


def _collection(account: Account, collection: Collection, gaps: Gaps) -> Iterator[Batch]:
    part = Part(account.account_id, collection.table.name)
    try:
        rows = tuple(collection.read())
    except Refusal as refusal:
        if refusal.reach > Reach.PART:
            raise
        gaps.failed(part, refusal)
    else:
        gaps.read(part)
        yield from rows


def _stretches(request: ExtractRequest, window: DateWindow, missing: Sequence[DateWindow]) -> Iterator[DateWindow]:
    """The days to read, those that could not be read before by themselves: they may fail again."""
    if request.since is not None or request.until is not None:
        cut = (DateWindow(max(each.first, window.first), min(each.last, window.last)) for each in missing)
        missing = [each for each in cut if each.days > 0]
    yield from window.without(missing)
    yield from missing


def _held_days(request: ExtractRequest, source: str, account: Account) -> Doubt[ReportT]:
    """Doubts an answer that lacks most of the days that rows are stored of: it may have come from half a database."""
    share = request.settings.smallest_share

    def doubt(outcome: Outcome[ReportT]) -> Refusal | None:
        table = outcome.report.tables[0]
        held = set(outcome.window.dates()) & _days(table, account.account_id, request.held.get(table.name))
        sent = {
            day for rows in outcome.rows if rows.table is table for day in _days(table, account.account_id, rows.data)
        }
        kept = len(held & sent)
        if kept >= len(held) * share:
            return None
        what = f"{table.name} of {account.account_id}, {outcome.window.first} to {outcome.window.last}"
        said = f"an answer with {kept} of the {len(held)} days that have rows"
        advice = (
            "what is stored stays; if the vendor really holds so little, run it once with SHOPHOUSE_SMALLEST_SHARE=0 "
            "in the environment"
        )
        return Refusal(source, f"{what}: {said}", advice, cause=Cause.NO_ANSWER, said=said)

    return doubt


def _days(table: RawTable, account_id: str, rows: pa.Table | None) -> set[date]:
    if rows is None or not rows.num_rows:
        return set()
    account_column, day_column = table.merge_key
    mine = rows.filter(pc.equal(rows.column(account_column), account_id))  # type: ignore[attr-defined]
    return set(mine.column(day_column).unique().to_pylist())


def _slices_read(
    account: Account, reports: Sequence[ReportT], answered: Mapping[str, Sequence[DateWindow]]
) -> Iterator[SlicesRead]:
    for report in reports:
        days = sorted({day for window in answered.get(_name(report), ()) for day in window.dates()})
        for table in report.tables:
            account_column, day_column = table.merge_key
            keys = {account_column: [account.account_id] * len(days), day_column: pa.array(days, pa.date32())}
            yield SlicesRead(table, pa.table(keys))


def _name(report: Report) -> str:
    return report.tables[0].name
