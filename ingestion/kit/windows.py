"""Date windows of restating reports: what to read again, in whose time zone, in which pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa

from ingestion.contract import RawTable
from ingestion.source import ExtractRequest, Rows
from shophouse.tables import Column, columns, day, instant

REPORT_PERIODS = "report_periods"
"""Name of the table that every source of restating reports has, see :func:`report_periods`."""


@dataclass(frozen=True)
class DateWindow:
    """Calendar days, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """Number of days; 0 or less where the window is empty."""
        return (self.last - self.first).days + 1

    def dates(self) -> list[date]:
        """Its days, oldest first."""
        return [self.first + timedelta(days=n) for n in range(self.days)]

    def halves(self) -> tuple[DateWindow, DateWindow]:
        """The window cut in two; needs at least two days."""
        middle = self.first + timedelta(days=self.days // 2 - 1)
        return DateWindow(self.first, middle), DateWindow(middle + timedelta(days=1), self.last)

    def touches(self, later: DateWindow) -> bool:
        """Whether a later window begins where this one ends, on the day after or before that."""
        return later.first <= self.last + timedelta(days=1)

    def without(self, others: Iterable[DateWindow]) -> list[DateWindow]:
        """The stretches of its days that lie in none of the others, oldest first."""
        taken = {day for other in others for day in other.dates()}
        return stretches(day for day in self.dates() if day not in taken)

    def months(self) -> list[DateWindow]:
        """The window cut at the ends of calendar months, oldest first."""
        pieces = []
        first = self.first
        while first <= self.last:
            next_month = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
            pieces.append(DateWindow(first, min(self.last, next_month - timedelta(days=1))))
            first = next_month
        return pieces

    def pieces(self, days: int) -> list[DateWindow]:
        """The window cut into pieces of so many days, oldest first; the last may be shorter."""
        firsts = self.dates()[::days]
        return [DateWindow(first, min(self.last, first + timedelta(days=days - 1))) for first in firsts]


def stretches(days: Iterable[date]) -> list[DateWindow]:
    """Days, oldest first, as windows without a break."""
    found: list[DateWindow] = []
    for each in days:
        if found and found[-1].last + timedelta(days=1) == each:
            found[-1] = DateWindow(found[-1].first, each)
        else:
            found.append(DateWindow(each, each))
    return found


def local_date(instant: datetime, zone: str) -> date:
    """The calendar date of a UTC instant in an IANA zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


def months_before(day: date, months: int) -> date:
    """The first of the month that lies so many months before the day's month."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def reread_window(
    request: ExtractRequest, zone: str, last_read: str | None, lookback_days: int, oldest: date
) -> DateWindow:
    """The days of an account that a run has to read.

    The day of ``as_of`` is read although it is not over: the next run reads it again. What a vendor restates for n
    days was still open for the n days before the last read day, so those are read again, however long ago it was.

    Args:
        request: the run's; ``since`` and ``until`` make it a backfill of exactly those days.
        zone: the account's IANA time zone; the vendor's dates are dates there.
        last_read: last day (ISO) that an earlier run read; None: never.
        lookback_days: how long the vendor restates.
        oldest: first day that the vendor still has; nothing before it is asked.
    """
    last = local_date(request.as_of, zone)
    if request.until is not None:
        last = min(
            last,
            local_date(request.until.astimezone(UTC) - timedelta(microseconds=1), zone),
        )
    if request.since is not None:
        first = local_date(request.since, zone)
    elif last_read is None or request.full_refresh:
        first = oldest
    else:
        first = min(date.fromisoformat(last_read), last) - timedelta(days=lookback_days)
    return DateWindow(max(first, oldest), last)


def remember_days(request: ExtractRequest, account: str, window: DateWindow) -> None:
    """Moves an account's cursor to the end of a window that was read; a backfill leaves it where it is.

    The first day is kept too, of a window that began with the oldest day there is: the vendor forgets that day, the
    warehouse does not.
    """
    if request.since is not None or request.until is not None or window.days <= 0:
        return
    if request.full_refresh or account not in cursors(request):
        first = window.first.isoformat()
        _first_days(request)[account] = min(first, _first_days(request).get(account, first))
    cursors(request)[account] = window.last.isoformat()


def report_periods(account: Column) -> RawTable:
    """The table that says which days an account's reports cover.

    Vendors leave out days without delivery, so no report tells a day without cost from a day that was not read.

    Args:
        account: the source's column of the account.
    """
    return RawTable(
        REPORT_PERIODS,
        "One row per account whose reports were read: the days that they cover, those without figures included.",
        columns(
            account,
            day("first_day", "First day read, in the account's time zone; null where an earlier version read it."),
            day("last_day", "Last day read, the day of read_at itself, which was not over then."),
            instant("read_at", "Instant of the run that read the account last."),
        ),
        key=(account.name,),
    )


def report_period(request: ExtractRequest, table: RawTable, account: str) -> Iterator[Rows]:
    """An account's row of its source's :func:`report_periods`; none before its days were remembered."""
    if account not in cursors(request) or request.since is not None or request.until is not None:
        return
    first = _first_days(request).get(account)
    days = (first and date.fromisoformat(first), date.fromisoformat(cursors(request)[account]))
    values = (account, *days, request.as_of)
    yield Rows(table, pa.table([[value] for value in values], schema=table.schema))


def cursors(request: ExtractRequest) -> MutableMapping[str, str]:
    """Last read day (ISO) by account, kept in the source's state."""
    kept: MutableMapping[str, str] = request.state.setdefault("last_day_by_account", {})
    return kept


def _first_days(request: ExtractRequest) -> MutableMapping[str, str]:
    """First read day (ISO) by account, kept in the source's state."""
    kept: MutableMapping[str, str] = request.state.setdefault("first_day_by_account", {})
    return kept
