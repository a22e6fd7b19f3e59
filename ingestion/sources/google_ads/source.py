"""Google Ads (REST API v26, searchStream): structure, daily reports and clicks of every ad account.

Google attributes a conversion to the day of its click, so days stay open for as long as a conversion may follow: 30
days, or the longest click-through window of the account's conversion actions (90 at most). A run reads those days
again whole: the rows of a (customer, day) are replaced together, and one that vanished is closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial

import polars as pl
import pyarrow.compute as pc

from ingestion.kit.arrow import typed
from ingestion.kit.refusal import Cause, Reach, Refusal
from ingestion.kit.report_source import Account, Accounts, AnsweringReader, Collection, read_accounts
from ingestion.kit.windows import DateWindow, cursors, months_before
from ingestion.source import Batch, ExtractRequest, Rows, Source
from ingestion.sources.google_ads.client import GoogleClient
from ingestion.sources.google_ads.customers import READABLE, customers
from ingestion.sources.google_ads.queries import CLICKS, ENTITIES, STATS, Query
from ingestion.sources.google_ads.settings import LONGEST_LOOKBACK_DAYS, NAME, SETTINGS
from ingestion.sources.google_ads.tables import CONVERSION_ACTIONS, CUSTOMERS, REPORT_PERIODS, TABLES

LOOKBACK_DAYS = 30
HISTORY_MONTHS = 37
"""How far the first run reads; as far as Meta keeps, so that the platforms cover the same days."""
CLICK_DAYS = 90


class _Google(AnsweringReader[Query]):
    source = NAME
    reports = (*STATS, CLICKS)

    def __init__(self, known: Iterable[str]) -> None:
        self._settings = SETTINGS.read()
        self._client = GoogleClient(self._settings)
        self._known = known
        self._click_window_days: dict[str, int] = {}

    def accounts(self) -> Accounts:
        found, refused = customers(self._client, self._settings.customer_ids)
        readable = found.filter(status=READABLE).select("customer_id", "time_zone", "currency_code", "manager_id")
        ended = found.filter(pl.col("status") != READABLE, pl.col("customer_id").is_in(list(self._known)))
        closed = {row["customer_id"]: _closed(row["customer_id"], row["status"]) for row in ended.to_dicts()}
        rows = Rows(CUSTOMERS, typed(NAME, CUSTOMERS, found))
        return Accounts(rows, [Account(*row) for row in readable.iter_rows()], refused | closed)

    def structure(self, account: Account) -> Sequence[Collection]:
        return [Collection(query.table, partial(self._entity, account, query)) for query in ENTITIES]

    def rows(self, account: Account, report: Query, window: DateWindow) -> Iterable[Rows]:
        return [self._read(account, report, window)]

    def oldest_day(self, today: date) -> date:
        return months_before(today, HISTORY_MONTHS)

    def restated_days(self, account: Account) -> int:
        by_actions = max(LOOKBACK_DAYS, self._click_window_days.get(account.account_id, 0))
        return self._settings.lookback_days or min(by_actions, LONGEST_LOOKBACK_DAYS)

    def windows(self, report: Query, window: DateWindow, today: date) -> Sequence[DateWindow]:
        """Clicks are asked for one day at a time, and Google keeps them for some days only."""
        if report is not CLICKS:
            return window.months()
        kept = DateWindow(max(window.first, today - timedelta(days=CLICK_DAYS - 1)), window.last)
        return kept.pieces(1)

    def _entity(self, account: Account, query: Query) -> Iterable[Rows]:
        rows = self._read(account, query)
        if query.table is CONVERSION_ACTIONS:
            longest = pc.max(rows.data.column("click_through_lookback_window_days")).as_py()
            self._click_window_days[account.account_id] = longest or 0
        return [rows]

    def _read(self, account: Account, query: Query, window: DateWindow | None = None) -> Rows:
        results = self._client.search(account.account_id, query.gaql(window), query.row, account.manager_id)
        return query.rows(account.account_id, results)


def _closed(customer_id: str, status: str) -> Refusal:
    said = f"Google lists the account as {status}"
    return Refusal(
        NAME, f"customer {customer_id}: {said}", cause=Cause.CLOSED, reach=Reach.ACCOUNT, code=status, said=said
    )


def extract(request: ExtractRequest) -> Iterator[Batch]:
    """Reads accounts, their structure, and the reports and clicks of the days that the run has to read.

    Raises:
        Refusal: nothing could be read; the message names the setting to change.
    """
    yield from read_accounts(request, _Google(known=cursors(request)), REPORT_PERIODS)


SOURCE = Source(
    name=NAME,
    title="Google Ads",
    tables=TABLES,
    missing_settings=SETTINGS.missing,
    extract=extract,
    warn_after=timedelta(hours=36),
    error_after=timedelta(days=3),
    has_date_range=True,
    job="ads",
    owner=("customers", "customer_id"),
    settings=SETTINGS.declared,
    reads="accounts' totals, campaigns (Performance Max included), ad groups, ads, keywords, search terms, devices, "
    "places, conversion actions, clicks",
    rereads=f"{LOOKBACK_DAYS} days, up to {LONGEST_LOOKBACK_DAYS} where a conversion window is longer",
)
