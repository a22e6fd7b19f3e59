"""Sessions of the online store by ShopifyQL, Shopify's language of reports: whole days in the shop's time zone.

Shopify counts on for some days, so each sync reads the last :data:`LOOKBACK_DAYS` again. What it counts is its own: a
web analytics tag sees other sessions.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pyarrow as pa

from ingestion.kit.gaps import Gaps, Part
from ingestion.kit.refusal import Cause, Refusal
from ingestion.source import Batch, ExtractRequest, Rows, SlicesRead
from ingestion.sources.shopify import tables as t
from ingestion.sources.shopify.client import ShopifyClient
from ingestion.sources.shopify.rows import to_rows
from ingestion.sources.shopify.settings import NAME

STATE = "sessions_read_until"
LOOKBACK_DAYS = 14
DAYS_PER_QUERY = 90
MOST_DAYS = 3_650
"""How far back the first sync looks; it ends at the first :data:`DAYS_PER_QUERY` days without a session."""
_MEASURES = {
    "sessions": "session_count",
    "online_store_visitors": "visitor_count",
    "sessions_with_cart_additions": "cart_session_count",
    "sessions_that_reached_checkout": "checkout_session_count",
    "sessions_that_completed_checkout": "completed_session_count",
}
"""Columns by the names of Shopify's metrics."""
_UNREADABLE = "report this: Shopify does not read the query of sessions that this version asks"
_DENIED = (
    "give the app the scope read_reports and access to protected customer data (level 2), and install it again; until "
    "then sessions of the online store are unknown"
)


class StoreSessions:
    """The sessions of one store in one run.

    Args:
        request: the run's; its state keeps the day up to which each store's sessions were read.
        client: of the store.
        gaps: where it is noted that they are not to be read.
    """

    def __init__(self, request: ExtractRequest, client: ShopifyClient, gaps: Gaps) -> None:
        self._request = request
        self._client = client
        self._gaps = gaps
        self._store_id = client.store.store_id
        self._read_until: date | None = None

    @property
    def _cursors(self) -> MutableMapping[str, str]:
        cursors: MutableMapping[str, str] = self._request.state.setdefault(STATE, {})
        return cursors

    def read(self) -> Iterator[Batch]:
        """Days that are over, each with its sessions by referrer.

        Raises:
            SourceError: the store did not answer.
        """
        part = Part(self._store_id, t.STORE_SESSIONS.name)
        zone = ZoneInfo(self._client.execute("shop")["shop"]["ianaTimezone"])
        # A day that is not over is none yet, however far a backfill is asked to read.
        until = min(self._request.until or self._request.as_of, self._request.as_of)
        last = until.astimezone(zone).date() - timedelta(days=1)
        try:
            yield from self._days(self._first(zone), last)
        except Refusal as refusal:
            if refusal.cause is Cause.REFUSED:
                refusal.advice = _DENIED
            elif refusal.cause is not Cause.UNREADABLE:
                raise
            self._gaps.failed(part, refusal)
            return
        self._gaps.read(part)
        self._read_until = last

    def remember(self) -> None:
        """Keeps the day up to which sessions were read; called once the store was read."""
        if self._read_until and not self._request.since:
            self._cursors[self._store_id] = self._read_until.isoformat()

    def _first(self, zone: ZoneInfo) -> date | None:
        """First day to read; None: the first there is."""
        request = self._request
        if request.since:
            return request.since.astimezone(zone).date()
        if request.full_refresh or self._store_id not in self._cursors:
            return None
        return date.fromisoformat(self._cursors[self._store_id]) - timedelta(days=LOOKBACK_DAYS)

    def _days(self, first: date | None, last: date) -> Iterator[Batch]:
        """The newest days first: the oldest ones are where there is nothing more."""
        earliest = first or last - timedelta(days=MOST_DAYS)
        while last >= earliest:
            start = max(earliest, last - timedelta(days=DAYS_PER_QUERY - 1))
            rows = self._asked(start, last)
            if first is None and not rows:
                return
            yield self._read(start, last)
            if rows:
                yield self._rows(rows)
            last = start - timedelta(days=1)

    def _asked(self, first: date, last: date) -> list[dict[str, Any]]:
        shown = ", ".join(_MEASURES)
        query = f"FROM sessions SHOW {shown} GROUP BY day, referrer_source SINCE {first} UNTIL {last} ORDER BY day"
        answer = self._client.execute("store_sessions", {"query": query})["shopifyqlQuery"]
        said = "; ".join(answer["parseErrors"])
        if said or answer["tableData"] is None:
            problem = f"store {self._store_id}: ShopifyQL: {said or 'an answer without a table'}"
            raise Refusal(NAME, problem, _UNREADABLE, cause=Cause.UNREADABLE, said=said)
        return list(answer["tableData"]["rows"])

    def _read(self, first: date, last: date) -> SlicesRead:
        days = pl.date_range(first, last, eager=True).to_arrow()
        return SlicesRead(t.STORE_SESSIONS, pa.table({"store_id": [self._store_id] * len(days), "date": days}))

    def _rows(self, rows: list[dict[str, Any]]) -> Rows:
        # Numbers come as texts or as numbers: as texts both are read alike.
        sent = {name: [None if row.get(name) is None else str(row[name]) for row in rows] for name in _COLUMNS}
        frame = pl.DataFrame(sent, schema=dict.fromkeys(_COLUMNS, pl.String)).select(
            pl.lit(self._store_id).alias("store_id"),
            pl.col("day").str.slice(0, 10).str.to_date().alias("date"),
            pl.col("referrer_source").fill_null(""),
            *(pl.col(name).cast(pl.Int64).alias(column) for name, column in _MEASURES.items()),
        )
        return to_rows(t.STORE_SESSIONS, frame)


_COLUMNS = ("day", "referrer_source", *_MEASURES)
