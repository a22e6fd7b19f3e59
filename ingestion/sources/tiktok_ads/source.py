"""TikTok Ads (Business API v1.3): structure and daily reports by ad of every advertiser named.

TikTok attributes a purchase to the day of its click or view, for up to 28 days, so a run reads those days again whole:
the rows of an (advertiser, day) are replaced together, and one that vanished is closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import polars as pl

from ingestion.contract import RawTable
from ingestion.kit.arrow import typed
from ingestion.kit.fields import Fields, Path, own
from ingestion.kit.refusal import Cause, Reach, Refusal
from ingestion.kit.report_source import Account, Accounts, AnsweringReader, Collection, read_accounts
from ingestion.kit.windows import DateWindow, months_before
from ingestion.source import Batch, ExtractRequest, Rows, Source
from ingestion.sources.tiktok_ads import tables as t
from ingestion.sources.tiktok_ads.client import TikTokClient
from ingestion.sources.tiktok_ads.settings import LOOKBACK_DAYS, NAME, SETTINGS

HISTORY_MONTHS = 37
"""How far the first run reads; as far as Meta keeps, so that the platforms cover the same days."""
DAYS_PER_REQUEST = 30
_DELETED = {"filtering": {"primary_status": "STATUS_DELETE"}}
"""Deleted objects are listed for whoever asks for them, and for nobody else."""


def _entity(table: RawTable, **types: pl.DataType) -> Fields:
    names = (column.name for column in table.columns if column.name != "advertiser_id")
    return Fields(table, own(*names), types)


ENTITIES = {
    "campaign/get": _entity(t.CAMPAIGNS, budget=pl.Float64()),
    "adgroup/get": _entity(t.AD_GROUPS, budget=pl.Float64()),
    "ad/get": _entity(t.ADS),
}
ADVERTISER = Fields(t.ADVERTISERS, own(*t.ADVERTISERS.schema.names))


@dataclass(frozen=True)
class Report:
    """A report by day.

    Attributes:
        fields: where its columns lie: under ``dimensions``, or under ``metrics``, attributes among them.
        level: whose rows they are.
        dimensions: asked for.
    """

    fields: Fields
    level: str
    dimensions: tuple[str, ...]

    @property
    def tables(self) -> tuple[RawTable, ...]:
        """What it fills."""
        return (self.fields.table,)

    def asked(self, advertiser_id: str, window: DateWindow) -> dict[str, object]:
        """The request's parameters."""
        named = self.fields.paths.values()
        return {
            "advertiser_id": advertiser_id,
            "report_type": "BASIC",
            "service_type": "AUCTION",
            "data_level": self.level,
            "dimensions": [*self.dimensions],
            "metrics": [name for group, name in named if group == "metrics"],
            "start_date": window.first.isoformat(),
            "end_date": window.last.isoformat(),
        }

    def rows(self, advertiser_id: str, page: pl.DataFrame) -> Rows:
        """Rows of a page; TikTok writes "-" for what it does not know."""
        table = self.fields.table
        values = page.select(self._value(column).alias(column) for column in self.fields.paths)
        return Rows(table, typed(NAME, table, values, pl.lit(advertiser_id).alias("advertiser_id")))

    def _value(self, column: str) -> pl.Expr:
        sent = self.fields.sent(column)
        if column == "stat_time_day":
            return sent.str.head(10).str.to_date("%Y-%m-%d")
        return pl.when(sent != "-").then(sent)


def _report(table: RawTable, level: str, *dimensions: str) -> Report:
    paths: dict[str, Path] = {
        column.name: ("dimensions" if column.name in dimensions else "metrics", column.name)
        for column in table.columns
        if column.name != "advertiser_id"
    }
    return Report(Fields(table, paths, dict.fromkeys(paths, pl.String())), level, dimensions)


class _TikTok(AnsweringReader[Report]):
    source = NAME
    reports = (
        _report(t.ADVERTISER_REPORTS, "AUCTION_ADVERTISER", "advertiser_id", "stat_time_day"),
        _report(t.CAMPAIGN_REPORTS, "AUCTION_CAMPAIGN", "campaign_id", "stat_time_day"),
        _report(t.AD_REPORTS, "AUCTION_AD", "ad_id", "stat_time_day"),
    )

    def __init__(self) -> None:
        self._settings = SETTINGS.read()
        self._client = TikTokClient(self._settings)

    def accounts(self) -> Accounts:
        """The advertisers named, asked for one by one: one that is refused would refuse all."""
        found = [pl.DataFrame(schema=dict.fromkeys(t.ADVERTISERS.schema.names, pl.String))]
        refused: dict[str, Refusal] = {}
        for advertiser_id in self._settings.advertiser_ids:
            try:
                found.append(self._advertiser(advertiser_id))
            except Refusal as refusal:
                if refusal.reach is Reach.SOURCE:
                    raise
                refused[advertiser_id] = refusal
        advertisers = pl.concat(found)
        zone = pl.coalesce("display_timezone", "timezone")
        accounts = [Account(*row) for row in advertisers.select("advertiser_id", zone, "currency").iter_rows()]
        return Accounts(Rows(t.ADVERTISERS, typed(NAME, t.ADVERTISERS, advertisers)), accounts, refused)

    def structure(self, account: Account) -> Sequence[Collection]:
        return [
            Collection(fields.table, partial(self._objects, account, path, fields)) for path, fields in ENTITIES.items()
        ]

    def rows(self, account: Account, report: Report, window: DateWindow) -> Iterable[Rows]:
        parameters = report.asked(account.account_id, window)
        for page in self._client.pages("report/integrated/get", report.fields.row, parameters):
            yield report.rows(account.account_id, page)

    def _advertiser(self, advertiser_id: str) -> pl.DataFrame:
        asked = {"advertiser_ids": [advertiser_id], "fields": list(ADVERTISER.paths)}
        found = self._client.rows("advertiser/info", ADVERTISER.row, asked)
        if found.is_empty():
            said = f"TikTok does not show the advertiser {advertiser_id}"
            advice = f"take it out of {SETTINGS.key('advertiser_ids')}, or give the app access to it"
            raise Refusal(NAME, said, advice, cause=Cause.REFUSED, reach=Reach.ACCOUNT, said=said)
        return found

    def _objects(self, account: Account, path: str, fields: Fields) -> Iterable[Rows]:
        for filtering in ({}, _DELETED):
            asked = {"advertiser_id": account.account_id, "fields": list(fields.paths), **filtering}
            for page in self._client.pages(path, fields.row, asked):
                values = (pl.lit(account.account_id).alias("advertiser_id"), *_times(fields))
                yield Rows(fields.table, typed(NAME, fields.table, page, *values))

    def oldest_day(self, today: date) -> date:
        return months_before(today, HISTORY_MONTHS)

    def restated_days(self, account: Account) -> int:
        return self._settings.lookback_days

    def windows(self, report: Report, window: DateWindow, today: date) -> Sequence[DateWindow]:
        """TikTok answers for 30 days at most where it is asked by day."""
        return window.pieces(DAYS_PER_REQUEST)


def _times(fields: Fields) -> list[pl.Expr]:
    times = [name for name in fields.paths if name.endswith("_time")]
    return [pl.col(times).str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", time_zone="UTC")]


def extract(request: ExtractRequest) -> Iterator[Batch]:
    """Reads advertisers, their structure, and the reports of the days that the run has to read.

    Raises:
        Refusal: nothing could be read; the message names the setting to change.
    """
    yield from read_accounts(request, _TikTok(), t.REPORT_PERIODS)


SOURCE = Source(
    name=NAME,
    title="TikTok Ads",
    tables=t.TABLES,
    missing_settings=SETTINGS.missing,
    extract=extract,
    warn_after=timedelta(hours=36),
    error_after=timedelta(days=3),
    has_date_range=True,
    job="ads",
    owner=("advertisers", "advertiser_id"),
    settings=SETTINGS.declared,
    reads="campaigns, ad groups, ads; daily reports by advertiser, campaign and ad with claimed purchases and carts",
    rereads=f"{LOOKBACK_DAYS} days, or as many as are set",
)
