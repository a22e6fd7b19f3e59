"""A source of reports by day: its accounts, what is in them, and the days that a run has to read of each.

Whatever the vendor, a run reads the accounts, then of each account its structure and the reports of a window of days:
those never read, and those that the vendor may have restated. Every day asked is named as read, so that one that has
come back empty loses the rows it had; only then the account's cursor moves.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

import pyarrow as pa

from ingestion.contract import RawTable
from ingestion.kit.windows import (
    DateWindow,
    cursors,
    local_date,
    remember_days,
    report_period,
    reread_window,
)
from ingestion.source import Batch, ExtractRequest, Rows, SlicesRead, counted


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


class Report(Protocol):
    """A report by day."""

    @property
    def tables(self) -> tuple[RawTable, ...]:
        """What it fills; the ``merge_key`` of each is its column of the account and that of the day."""


ReportT = TypeVar("ReportT", bound=Report)


class ReportReader(ABC, Generic[ReportT]):
    """How one vendor is read in one run.

    Attributes:
        reports: every report that is read of an account.
    """

    reports: Sequence[ReportT]

    @abstractmethod
    def accounts(self) -> tuple[Rows, Sequence[Account]]:
        """All accounts as rows, and those of which more is read."""

    @abstractmethod
    def structure(self, account: Account) -> Iterator[Rows]:
        """What is in an account, whole: campaigns, ads."""

    @abstractmethod
    def read(self, account: Account, asked: Sequence[tuple[ReportT, DateWindow]]) -> Iterator[Rows]:
        """Rows of reports over windows of days."""

    @abstractmethod
    def oldest_day(self, today: date) -> date:
        """First day that is asked of the vendor at all."""

    @abstractmethod
    def restated_days(self, account: Account) -> int:
        """For how many days the vendor may restate; asked after the structure was read."""

    def windows(self, report: ReportT, window: DateWindow, today: date) -> Sequence[DateWindow]:
        """The pieces in which a window is asked."""
        return window.months()


def read_accounts(request: ExtractRequest, reader: ReportReader[ReportT], periods: RawTable) -> Iterator[Batch]:
    """Everything of one run.

    Args:
        request: the run's.
        reader: of the vendor.
        periods: the source's :func:`ingestion.kit.windows.report_periods`.

    Raises:
        SourceError: the vendor refused.
    """
    rows, accounts = reader.accounts()
    yield rows
    for account in accounts:
        yield from counted(account.account_id, request, reader.structure(account))
        today = local_date(request.as_of, account.zone)
        window = reread_window(
            request,
            account.zone,
            cursors(request).get(account.account_id),
            reader.restated_days(account),
            reader.oldest_day(today),
        )
        asked = [(report, piece) for report in reader.reports for piece in reader.windows(report, window, today)]
        yield from _slices_read(account, asked)
        yield from counted(account.account_id, request, reader.read(account, asked))
        remember_days(request, account.account_id, window)
        yield from report_period(request, periods, account.account_id)


def _slices_read(account: Account, asked: Sequence[tuple[ReportT, DateWindow]]) -> Iterator[SlicesRead]:
    tables = {table.name: table for report, _ in asked for table in report.tables}
    days: dict[str, set[date]] = {name: set() for name in tables}
    for report, window in asked:
        for table in report.tables:
            days[table.name].update(window.dates())
    for name, table in tables.items():
        read = days[name]
        account_column, day_column = table.merge_key
        keys = {account_column: [account.account_id] * len(read), day_column: pa.array(sorted(read), pa.date32())}
        yield SlicesRead(table, pa.table(keys))
