"""Meta Ads (Marketing API v26): structure and daily insights of every ad account, by account, campaign and ad.

Meta restates 28 days, so a run reads those days again whole: the rows of an (account, day) are replaced together,
and one that vanished is closed. The first run reads what Meta keeps, 37 months, month by month.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial

from ingestion.kit.arrow import typed
from ingestion.kit.asynchronous import ReportRequest
from ingestion.kit.report_source import (
    Account,
    Accounts,
    Collection,
    Doubt,
    Outcome,
    ReportReader,
    read_accounts,
)
from ingestion.kit.windows import DateWindow, months_before
from ingestion.source import Batch, ExtractRequest, Rows, Source
from ingestion.sources.meta_ads.client import MetaClient
from ingestion.sources.meta_ads.entities import ENTITIES, accounts, read_entity
from ingestion.sources.meta_ads.insights import REPORTS, Report
from ingestion.sources.meta_ads.reports import run_reports
from ingestion.sources.meta_ads.settings import NAME, SETTINGS
from ingestion.sources.meta_ads.tables import AD_ACCOUNTS, REPORT_PERIODS, TABLES

LOOKBACK_DAYS = 28
RETENTION_MONTHS = 37


class _Meta(ReportReader[Report]):
    source = NAME
    reports = REPORTS

    def __init__(self) -> None:
        self._settings = SETTINGS.read()
        self._client = MetaClient(self._settings)

    def accounts(self) -> Accounts:
        found, refused = accounts(self._client, self._settings.account_ids)
        read = found.select("account_id", "timezone_name", "currency")
        rows = Rows(AD_ACCOUNTS, typed(NAME, AD_ACCOUNTS, found))
        return Accounts(rows, [Account(*row) for row in read.iter_rows()], refused)

    def structure(self, account: Account) -> Sequence[Collection]:
        return [Collection(e.fields.table, partial(read_entity, self._client, account, e)) for e in ENTITIES]

    def outcomes(
        self, account: Account, asked: Sequence[tuple[Report, DateWindow]], doubt: Doubt[Report]
    ) -> Iterator[Outcome[Report]]:
        """Meta works on several reports at once."""
        runs = [ReportRequest(account.account_id, report, window) for report, window in asked]
        yield from run_reports(self._client, runs, doubt)

    def oldest_day(self, today: date) -> date:
        # The oldest month may be cut by Meta in its middle, so it is asked from the day after the limit.
        return months_before(today, RETENTION_MONTHS).replace(day=min(today.day, 28)) + timedelta(days=1)

    def restated_days(self, account: Account) -> int:
        return LOOKBACK_DAYS


def extract(request: ExtractRequest) -> Iterator[Batch]:
    """Reads accounts, their structure, and the insights of the days that the run has to read.

    Raises:
        Refusal: nothing could be read; the message names the setting to change.
    """
    yield from read_accounts(request, _Meta(), REPORT_PERIODS)


SOURCE = Source(
    name=NAME,
    title="Meta Ads",
    tables=TABLES,
    missing_settings=SETTINGS.missing,
    extract=extract,
    warn_after=timedelta(hours=36),
    error_after=timedelta(days=3),
    has_date_range=True,
    job="ads",
    owner=("ad_accounts", "account_id"),
    settings=SETTINGS.declared,
    reads="campaigns, ad sets, ads, creatives; daily insights by account, campaign, ad, age and gender, country, "
    "placement; "
    "actions by window",
    rereads=f"{LOOKBACK_DAYS} days",
)
