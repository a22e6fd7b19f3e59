"""Google Analytics 4 (Data API v1beta): sessions, landing pages, events and visitors by day of every property named.

Google takes a day or two to process a day and re-assigns the credit of key events for up to 12 days, so a run reads 14
days again whole: the rows of a (property, day) are replaced together, and one that vanished is closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from ingestion.contract import RawTable
from ingestion.kit.arrow import typed
from ingestion.kit.fields import camel
from ingestion.kit.paging import Parameters
from ingestion.kit.refusal import Reach, Refusal
from ingestion.kit.report_source import Account, Accounts, AnsweringReader, Collection, read_accounts
from ingestion.kit.windows import DateWindow, months_before
from ingestion.source import Batch, ExtractRequest, Rows, Source
from ingestion.sources.ga4 import tables as t
from ingestion.sources.ga4.client import Ga4Client
from ingestion.sources.ga4.settings import LOOKBACK_DAYS, NAME, SETTINGS

HISTORY_MONTHS = 37
"""How far the first run reads; as far as the ad platforms."""
DAYS_PER_REQUEST = 92
"""Each request costs tokens of a quota, and the longer the days of one, the sooner Google samples them."""


@dataclass(frozen=True)
class Report:
    """A report by day; a column is called as the API's dimension or metric, in snake case."""

    table: RawTable

    @property
    def tables(self) -> tuple[RawTable, ...]:
        """What it fills."""
        return (self.table,)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Columns of dimensions: the key's, without the property."""
        return self.table.key[1:]

    @property
    def metrics(self) -> tuple[str, ...]:
        """Columns of metrics."""
        return tuple(c.name for c in self.table.columns if c.name not in {*self.table.key, *t.QUALITY})

    def body(self, window: DateWindow) -> Parameters:
        """The request; the date leads the order, so that pages neither repeat nor lose rows."""
        dimensions = [camel(name) for name in self.dimensions]
        return {
            "dateRanges": [{"startDate": window.first.isoformat(), "endDate": window.last.isoformat()}],
            "dimensions": [{"name": name} for name in dimensions],
            "metrics": [{"name": camel(name)} for name in self.metrics],
            "orderBys": [{"dimension": {"dimensionName": name}} for name in dimensions],
        }

    def rows(self, property_id: str, answer: pl.Series) -> Rows:
        """Rows of an answer; every value is text in it."""
        flags = _quality(answer.struct.field("metadata"))
        sent = answer.struct.field("rows").explode().drop_nulls().struct.unnest()
        values = [_at("dimensionValues", n).alias(name) for n, name in enumerate(self.dimensions)]
        values += [_at("metricValues", n).alias(name) for n, name in enumerate(self.metrics)]
        known = (pl.lit(property_id).alias("property_id"), *(pl.lit(v).alias(k) for k, v in flags.items()))
        frame = sent.select(values).with_columns(pl.col("date").str.to_date("%Y%m%d"), *known)
        return Rows(self.table, typed(NAME, self.table, frame))


def _at(member: str, number: int) -> pl.Expr:
    return pl.col(member).list.get(number).struct.field("value")


def _quality(metadata: pl.Series) -> dict[str, bool]:
    said = metadata.item() or {}
    return {
        "is_thresholded": bool(said.get("subjectToThresholding")),
        "is_sampled": bool(said.get("samplingMetadatas")),
        "has_other_row": bool(said.get("dataLossFromOtherRow")),
    }


class _Analytics(AnsweringReader[Report]):
    source = NAME
    reports = (Report(t.TRAFFIC), Report(t.LANDING_PAGES), Report(t.EVENTS), Report(t.VISITORS))

    def __init__(self, today: date) -> None:
        self._settings = SETTINGS.read()
        self._client = Ga4Client(self._settings)
        self._today = today

    def accounts(self) -> Accounts:
        """The properties, whose zone and currency are told beside the rows of any report."""
        accounts: list[Account] = []
        refused: dict[str, Refusal] = {}
        for property_id in self._settings.property_ids:
            try:
                accounts.append(self._property(property_id))
            except Refusal as refusal:
                if refusal.reach is Reach.SOURCE:
                    raise
                refused[property_id] = refusal
        found = pl.DataFrame(
            [(a.account_id, a.zone, a.currency) for a in accounts],
            dict.fromkeys(t.PROPERTIES.schema.names, pl.String),
            orient="row",
        )
        return Accounts(Rows(t.PROPERTIES, typed(NAME, t.PROPERTIES, found)), accounts, refused)

    def structure(self, account: Account) -> Sequence[Collection]:
        """Nothing: a report names what it counts."""
        return ()

    def rows(self, account: Account, report: Report, window: DateWindow) -> Iterable[Rows]:
        for answer in self._client.report(account.account_id, report.body(window)):
            yield report.rows(account.account_id, answer)

    def _property(self, property_id: str) -> Account:
        asked = Report(t.VISITORS).body(DateWindow(self._today, self._today))
        metadata = next(self._client.report(property_id, asked)).struct.field("metadata").item()
        return Account(property_id, metadata["timeZone"], metadata["currencyCode"])

    def oldest_day(self, today: date) -> date:
        return months_before(today, HISTORY_MONTHS)

    def restated_days(self, account: Account) -> int:
        return self._settings.lookback_days

    def windows(self, report: Report, window: DateWindow, today: date) -> Sequence[DateWindow]:
        return window.pieces(DAYS_PER_REQUEST)


def extract(request: ExtractRequest) -> Iterator[Batch]:
    """Reads properties, and the reports of the days that the run has to read.

    Raises:
        Refusal: nothing could be read; the message names the setting to change.
    """
    yield from read_accounts(request, _Analytics(request.as_of.date()), t.REPORT_PERIODS)


SOURCE = Source(
    name=NAME,
    title="Google Analytics",
    tables=t.TABLES,
    missing_settings=SETTINGS.missing,
    extract=extract,
    warn_after=timedelta(hours=36),
    error_after=timedelta(days=3),
    has_date_range=True,
    job="ads",
    owner=("properties", "property_id"),
    settings=SETTINGS.declared,
    reads="sessions by channel, source, medium and campaign; landing pages, events, visitors by day",
    rereads=f"{LOOKBACK_DAYS} days, or as many as are set",
)
