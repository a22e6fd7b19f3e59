"""Reference rates of the European Central Bank, stated at about 16:00 CET on working days.

A run asks for the newest day first, a few hundred bytes, and reads the history only where that day is not stored: what
lies between the two cannot be known from the newest file alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl

from ingestion.kit.arrow import typed
from ingestion.kit.refusal import Cause, Refusal
from ingestion.source import Batch, ExtractRequest, Rows, Source, SourceError, counted
from ingestion.sources.ecb.client import HISTORY, NEWEST, EcbClient
from ingestion.sources.ecb.settings import NAME, SETTINGS, START_DATE, first_day
from ingestion.sources.ecb.tables import REFERENCE_RATES, TABLES

_READ = "read"
"""Name in the state of the first and last day that are stored."""


def extract(request: ExtractRequest) -> Iterator[Batch]:
    """Reads the rates of every day from the configured one on.

    ``since`` and ``until`` do not apply: what is asked is always the whole.

    Raises:
        Refusal: the bank refused, or its history lacks most of what is stored.
        SourceError: the configured first day is no date.
    """
    settings = SETTINGS.read()
    try:
        start = first_day(settings)
    except ValueError:
        wrong = f"{START_DATE} is {settings.start_date!r}, expected a date such as 2024-01-01"
        raise SourceError(NAME, wrong, f"put the first day whose rates are wanted in {START_DATE}") from None
    client = EcbClient(settings)
    newest = client.rates(NEWEST)
    read = [start.isoformat(), str(newest["date"].max())]
    if request.state.get(_READ) == read and not request.full_refresh:
        return
    history = client.rates(HISTORY).filter(pl.col("date") >= start)
    _refuse_shrinkage(request, history, start)
    # The history is sometimes behind the newest file.
    rows = pl.concat([history, newest.join(history, on="date", how="anti").filter(pl.col("date") >= start)])
    yield from counted("the bank", request, [Rows(REFERENCE_RATES, typed(NAME, REFERENCE_RATES, rows))])
    request.state[_READ] = read


def _refuse_shrinkage(request: ExtractRequest, history: pl.DataFrame, start: date) -> None:
    held = request.held.get(REFERENCE_RATES.name)
    stored = 0 if held is None else sum(day >= start for day in held.column("date").to_pylist())
    sent = history["date"].n_unique()
    if sent >= stored * request.settings.smallest_share:
        return
    said = f"a history of {sent:,} days where {stored:,} are stored since {start}"
    advice = "what is stored stays; if the bank really has so few, run once with SHOPHOUSE_SMALLEST_SHARE=0"
    raise Refusal(NAME, f"GET {HISTORY}.zip: {said}", advice, cause=Cause.NO_ANSWER, said=said)


SOURCE = Source(
    name=NAME,
    title="European Central Bank",
    tables=TABLES,
    missing_settings=SETTINGS.missing,
    extract=extract,
    warn_after=timedelta(days=1),
    error_after=timedelta(days=4),
    job="commerce",
    settings=SETTINGS.declared,
    reads="reference rates of the euro, by day",
    rereads="the newest day; every day where there is a new one",
)
