"""US Census: the monthly retail surveys and the American Community Survey.

The retail releases come about the middle of a month (the advance estimate on the ninth business day); a sync a day
costs a dozen requests, so the freshness policy allows for a month and its delay. One survey's failure is not another's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ingestion.kit.gaps import Gaps
from ingestion.source import Batch, ExtractRequest, Source, counted
from ingestion.sources.census.client import CensusClient
from ingestion.sources.census.demographics import read_newest
from ingestion.sources.census.parts import Parts
from ingestion.sources.census.retail import PROGRAMS, read_program
from ingestion.sources.census.settings import NAME, SETTINGS
from ingestion.sources.census.tables import TABLES


def extract(request: ExtractRequest) -> Iterator[Batch]:
    """Reads every month of the retail series, and the newest vintage of the demographics.

    ``since``, ``until`` and cursors do not apply: what is asked is always the whole (see :mod:`.retail`).

    Raises:
        Refusal: nothing could be read; the message names the setting to change.
    """
    settings = SETTINGS.read()
    client = CensusClient(settings)
    gaps = Gaps(request)
    parts = Parts(request, gaps)
    for program in PROGRAMS:
        months = read_program(client, parts, program, settings.start_year, request.as_of.year)
        yield from counted(program, request, months)
    vintage = read_newest(client, parts, request.as_of.date(), settings.acs_year)
    yield from counted("the newest vintage", request, vintage)
    parts.refuse_nothing()
    yield from gaps.rows()


SOURCE = Source(
    name=NAME,
    title="US Census",
    tables=TABLES,
    missing_settings=SETTINGS.missing,
    extract=extract,
    warn_after=timedelta(days=35),
    error_after=timedelta(days=50),
    job="census",
    settings=SETTINGS.declared,
    reads="retail surveys MARTS and MRTS, every vintage; ACS 5-year by ZCTA",
    rereads="everything",
)
