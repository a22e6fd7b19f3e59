"""The monthly retail surveys (EITS): the advance estimate (MARTS) and the full survey (MRTS), every series of both.

What a month's number is, depends on when it is read. The advance estimate of a month comes about nine business days
after it; the next month's release replaces it by the survey's preliminary number, the one after by the revised one;
each spring the annual benchmark rewrites at least five years. The API holds the current numbers only and has no
updated-since filter. So every run reads every month from the configured year on, and the pipeline keeps what changed
as a version: the vintage. Months before that year, read earlier or brought by a file, stay as they are. A backfill by
dates reads the same months: they cost a dozen requests.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.kit.arrow import typed
from ingestion.kit.refusal import Cause, Refusal
from ingestion.source import Batch, Rows, SlicesRead
from ingestion.sources.census.client import NO_SUCH_DATASET, CensusClient
from ingestion.sources.census.parts import Parts, rows_where, years
from ingestion.sources.census.settings import NAME
from ingestion.sources.census.tables import EITS_RETAIL

PROGRAMS = ("marts", "mrts")
YEARS_PER_REQUEST = 10
_VARIABLES = (
    "cell_value",
    "data_type_code",
    "time_slot_id",
    "error_data",
    "category_code",
    "seasonally_adj",
)


def read_program(client: CensusClient, parts: Parts, program: str, first_year: int, last_year: int) -> Iterator[Batch]:
    """Every category, measure and adjustment of a program, a decade at a time.

    Each answer goes with its months as slices: a series that the answer lacks has vanished, and an answer that lacks
    most of what is stored of its months (none: HTTP 204 or a bare header) is not believed.

    Args:
        client: of the key.
        parts: where answers that are refused are noted.
        program: marts or mrts.
        first_year: of the series.
        last_year: included.

    Raises:
        Refusal: nothing of the source can be read.
    """
    for first in range(first_year, last_year + 1, YEARS_PER_REQUEST):
        last = min(first + YEARS_PER_REQUEST - 1, last_year)
        read = partial(_decade, client, parts, program, first, last)
        rows = parts.read(years(program, EITS_RETAIL, first, last), read)
        if rows is not None:
            yield SlicesRead(EITS_RETAIL, _months(program, first, last))
            yield Rows(EITS_RETAIL, rows)


def _decade(client: CensusClient, parts: Parts, program: str, first: int, last: int) -> pa.Table:
    dataset = f"timeseries/eits/{program}"
    asked = {
        "get": ",".join(_VARIABLES),
        "time": f"from {first}-01 to {last}-12",
        "for": "us:*",
    }
    sent = client.table(dataset, asked)
    if sent is None:
        advice = "check sources.census.api_url, or whether the Census Bureau has ended the survey"
        raise Refusal(NAME, f"there is no dataset {dataset}", advice, cause=Cause.REFUSED, code=NO_SUCH_DATASET)
    rows = EITS_RETAIL.empty()
    if sent.width:
        named = sent.select(
            *_VARIABLES,
            pl.col("time").alias("month"),
            pl.lit(program).alias("program"),
        )
        rows = typed(NAME, EITS_RETAIL, named)
    of_program = (pc.field("program") == program) & (pc.field("month") >= f"{first}-01")
    held = rows_where(parts.held(EITS_RETAIL), of_program & (pc.field("month") <= f"{last}-12"))
    parts.refuse_shrinkage(f"{program}, {first} to {last}", held, rows.num_rows)
    return rows


def _months(program: str, first_year: int, last_year: int) -> pa.Table:
    months = [f"{year}-{month:02}" for year in range(first_year, last_year + 1) for month in range(1, 13)]
    return pa.table({"program": [program] * len(months), "month": months})
