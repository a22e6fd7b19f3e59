"""Meta Ads (Marketing API v26): structure and daily insights of every ad account.

Meta restates 28 days, so a run reads those days again whole: the rows of an (account, day) are replaced together,
and one that vanished is closed. The first run reads what Meta keeps, 37 months, month by month.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pyarrow as pa

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
from ingestion.source import Batch, ExtractRequest, Rows, SlicesRead, Source, counted
from ingestion.sources.meta_ads.client import MetaClient
from ingestion.sources.meta_ads.entities import ENTITIES, Account, accounts, read_entity
from ingestion.sources.meta_ads.insights import REPORTS
from ingestion.sources.meta_ads.reports import ReportRequest, run_reports
from ingestion.sources.meta_ads.settings import NAME, missing_settings, read_settings
from ingestion.sources.meta_ads.tables import AD_ACCOUNTS, REPORT_PERIODS, TABLES

LOOKBACK_DAYS = 28
RETENTION_MONTHS = 37


def extract(request: ExtractRequest) -> Iterator[Batch]:
    """Reads accounts, their structure, and the insights of the days that the run has to read.

    Raises:
        SourceError: Meta refused a request after every retry; the message names the setting to change.
    """
    settings = read_settings()
    client = MetaClient(settings)
    found = accounts(client, settings.account_ids)
    yield Rows(AD_ACCOUNTS, typed(NAME, AD_ACCOUNTS, found))
    for account_id, currency, zone in found.select("account_id", "currency", "timezone_name").iter_rows():
        account = Account(account_id, currency, zone)
        for entity in ENTITIES:
            yield from counted(f"{entity.table.name} of {account_id}", request, read_entity(client, account, entity))
        yield from _insights(client, account, request)


def _insights(client: MetaClient, account: Account, request: ExtractRequest) -> Iterator[Batch]:
    window = _window(account, request)
    reports = [ReportRequest(account.account_id, report, month) for month in window.months() for report in REPORTS]
    yield from _slices_read(account, window)
    yield from counted(f"insights of {account.account_id}", request, run_reports(client, reports))
    remember_days(request, account.account_id, window)
    yield from report_period(request, REPORT_PERIODS, account.account_id)


def _window(account: Account, request: ExtractRequest) -> DateWindow:
    today = local_date(request.as_of, account.zone)
    # The oldest month may be cut by Meta in its middle, so it is asked from the day after the limit.
    oldest = months_before(today, RETENTION_MONTHS).replace(day=min(today.day, 28)) + timedelta(days=1)
    return reread_window(
        request,
        account.zone,
        cursors(request).get(account.account_id),
        LOOKBACK_DAYS,
        oldest,
    )


def _slices_read(account: Account, window: DateWindow) -> Iterator[SlicesRead]:
    """Names every day asked, so that a day which has come back empty loses the rows it had."""
    days = [window.first + timedelta(days=n) for n in range(window.days)]
    read = pa.table(
        {
            "account_id": [account.account_id] * len(days),
            "date_start": pa.array(days, pa.date32()),
        }
    )
    for table in {table.name: table for report in REPORTS for table in report.tables}.values():
        yield SlicesRead(table, read)


SOURCE = Source(
    name=NAME,
    title="Meta Ads",
    tables=TABLES,
    missing_settings=missing_settings,
    extract=extract,
    warn_after=timedelta(hours=36),
    error_after=timedelta(days=3),
    has_date_range=True,
)
