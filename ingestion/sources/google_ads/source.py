"""Google Ads (REST API v26, searchStream): structure, daily reports and clicks of every ad account.

Google attributes a conversion to the day of its click, so days stay open for as long as a conversion may follow: 30
days, or the longest click-through window of the account's conversion actions (90 at most). A run reads those days
again whole: the rows of a (customer, day) are replaced together, and one that vanished is closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contract import Table
from ingestion.kit.arrow import typed
from ingestion.kit.windows import (
    DateWindow,
    cursors,
    local_date,
    months_before,
    remember_days,
    report_period,
    reread_window,
)
from ingestion.source import Batch, ExtractRequest, Rows, SlicesRead, Source
from ingestion.sources.google_ads.client import GoogleClient
from ingestion.sources.google_ads.customers import READABLE, customers
from ingestion.sources.google_ads.queries import CLICKS, ENTITIES, STATS, Query
from ingestion.sources.google_ads.settings import (
    LONGEST_LOOKBACK_DAYS,
    NAME,
    missing_settings,
    read_settings,
)
from ingestion.sources.google_ads.tables import CONVERSION_ACTIONS, CUSTOMERS, REPORT_PERIODS, TABLES

LOOKBACK_DAYS = 30
HISTORY_MONTHS = 37
"""How far the first run reads; as far as Meta keeps, so that the platforms cover the same days."""
CLICK_DAYS = 90


@dataclass(frozen=True)
class _Account:
    customer_id: str
    zone: str
    manager_id: str


def extract(request: ExtractRequest) -> Iterator[Batch]:
    """Reads accounts, their structure, and the reports and clicks of the days that the run has to read.

    Raises:
        SourceError: Google refused a request after every retry; the message names the setting to change.
    """
    settings = read_settings()
    client = GoogleClient(settings)
    found = customers(client, settings.customer_ids)
    yield Rows(CUSTOMERS, typed(NAME, CUSTOMERS, found))
    readable = found.filter(status=READABLE).select("customer_id", "time_zone", "manager_id")
    for row in readable.iter_rows():
        yield from _account(client, _Account(*row), request, settings.lookback_days)


def _account(client: GoogleClient, account: _Account, request: ExtractRequest, lookback: int | None) -> Iterator[Batch]:
    longest_click_window = 0
    for query in ENTITIES:
        rows = _read(client, account, query, None)
        request.progress(f"{query.table.name} of {account.customer_id}", rows.data.num_rows)
        if query.table is CONVERSION_ACTIONS:
            longest_click_window = pc.max(rows.data.column("click_through_lookback_window_days")).as_py() or 0
        yield rows
    days = lookback or min(max(LOOKBACK_DAYS, longest_click_window), LONGEST_LOOKBACK_DAYS)
    today = local_date(request.as_of, account.zone)
    oldest = months_before(today, HISTORY_MONTHS)
    window = reread_window(request, account.zone, cursors(request).get(account.customer_id), days, oldest)
    yield from _windows(client, account, request, STATS, window.months())
    yield from _windows(client, account, request, (CLICKS,), _click_days(window, today))
    remember_days(request, account.customer_id, window)
    yield from report_period(request, REPORT_PERIODS, account.customer_id)


def _windows(
    client: GoogleClient,
    account: _Account,
    request: ExtractRequest,
    queries: Sequence[Query],
    windows: Sequence[DateWindow],
) -> Iterator[Batch]:
    for query in queries:
        count = 0
        for window in windows:
            yield _slices_read(query.table, account, window)
            rows = _read(client, account, query, window)
            count += rows.data.num_rows
            request.progress(f"{query.table.name} of {account.customer_id}", count)
            yield rows


def _read(client: GoogleClient, account: _Account, query: Query, window: DateWindow | None) -> Rows:
    results = client.search(account.customer_id, query.gaql(window), query.row, account.manager_id)
    return Rows(query.table, query.rows(account.customer_id, results))


def _slices_read(table: Table, account: _Account, window: DateWindow) -> SlicesRead:
    """Names every day asked, so that a day which has come back empty loses the rows it had."""
    days = [window.first + timedelta(days=n) for n in range(window.days)]
    return SlicesRead(
        table,
        pa.table(
            {
                "customer_id": [account.customer_id] * len(days),
                "date": pa.array(days, pa.date32()),
            }
        ),
    )


def _click_days(window: DateWindow, today: date) -> list[DateWindow]:
    """The window's days of which Google still has clicks, one by one."""
    first = max(window.first, today - timedelta(days=CLICK_DAYS - 1))
    days = (first + timedelta(days=n) for n in range(DateWindow(first, window.last).days))
    return [DateWindow(day, day) for day in days]


SOURCE = Source(
    name=NAME,
    title="Google Ads",
    tables=TABLES,
    missing_settings=missing_settings,
    extract=extract,
    warn_after=timedelta(hours=36),
    error_after=timedelta(days=3),
    has_date_range=True,
)
