"""The American Community Survey, 5-year estimates by ZIP code tabulation area, each with its margin of error."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

import polars as pl
import pyarrow as pa

from ingestion.kit.arrow import typed
from ingestion.kit.refusal import Cause, Refusal
from ingestion.source import Batch, Rows
from ingestion.sources.census.client import NO_SUCH_DATASET, CensusClient
from ingestion.sources.census.parts import Parts, years
from ingestion.sources.census.settings import ACS_YEAR, NAME
from ingestion.sources.census.tables import ACS_ZCTA
from ingestion.sources.census.variables import LIMITS, REASONS, VARIABLES

SURVEY = "acs5"
SURVEY = "acs5"
_GEOGRAPHY = "zip code tabulation area"
_NEWEST_RELEASE_AGE = 1
_OLDEST_RELEASE_AGE = 3


def read_newest(client: CensusClient, parts: Parts, as_of: date, year: int | None) -> Iterator[Batch]:
    """One vintage: the newest that can be read.

    A vintage is released in the December of the year after it, at times a month later, and never restated. One that
    is not there yet is no fault; one that is there in part, or refuses a variable or the areas, is left out.

    Args:
        client: of the key.
        parts: where vintages that are refused are noted.
        as_of: the run's date.
        year: the vintage; None: the newest.

    Raises:
        Refusal: nothing of the source can be read.
    """
    newest = as_of.year - _NEWEST_RELEASE_AGE
    asked = [year] if year else [newest - age for age in range(_OLDEST_RELEASE_AGE)]
    for vintage in asked:
        read = partial(_vintage, client, parts, vintage, as_of, is_last=vintage == asked[-1])
        areas = parts.read(years(SURVEY, ACS_ZCTA, vintage, vintage), read)
        if areas is not None and areas.num_rows:
            yield Rows(ACS_ZCTA, areas)
            return


def _vintage(client: CensusClient, parts: Parts, vintage: int, as_of: date, *, is_last: bool) -> pa.Table:
    """Its areas; none where it is not released."""
    names = [
        "NAME",
        *(f"{code}{suffix}" for code in VARIABLES.values() for suffix in "EM"),
    ]
    rows = client.table(f"{vintage}/acs/acs5", {"get": ",".join(names), "for": f"{_GEOGRAPHY}:*"})
    if rows is None and is_last:
        said = f"no ACS 5-year vintage of {vintage}"
        raise Refusal(
            NAME, said, f"set {ACS_YEAR} to one that exists", cause=Cause.REFUSED, code=NO_SUCH_DATASET, said=said
        )
    if rows is None:
        return ACS_ZCTA.empty()
    areas = typed(NAME, ACS_ZCTA, _areas(rows, vintage, as_of)) if rows.width else ACS_ZCTA.empty()
    held = parts.held(ACS_ZCTA)
    # The country's areas are the same from year to year, so any vintage says how many a whole one has.
    whole = held.column("rows").to_pylist() if held is not None and areas.num_rows else []
    parts.refuse_shrinkage(f"ACS vintage {vintage}", max(whole, default=0), areas.num_rows)
    return areas


def _areas(rows: pl.DataFrame, vintage: int, as_of: date) -> pl.DataFrame:
    values = [
        _value(f"{code}{suffix}").alias(f"{column}{ending}")
        for column, code in VARIABLES.items()
        for suffix, ending in (("E", ""), ("M", "_moe"))
    ]
    return rows.select(
        pl.lit(vintage).alias("vintage_year"),
        pl.col(_GEOGRAPHY).alias("zcta"),
        pl.col("NAME").alias("name"),
        *values,
        _null_reasons().alias("null_reasons"),
        _median_limits().alias("median_limits"),
        pl.lit(as_of).alias("retrieved_on"),
    )


def _value(variable: str) -> pl.Expr:
    return pl.when(~_sentinel(variable).is_in(list(REASONS))).then(pl.col(variable))


def _sentinel(variable: str) -> pl.Expr:
    """The number without a fraction: a median's sentinel may be sent as -666666666.0."""
    return pl.col(variable).str.replace(r"\.0+$", "")


def _median_limits() -> pl.Expr:
    """A JSON object: column to the side on which the median lies; null where every median is told."""
    limits = [
        pl.when(_sentinel(f"{VARIABLES[column]}E").is_in(list(sides))).then(
            pl.format('"{}": "{}"', pl.lit(column), _sentinel(f"{VARIABLES[column]}E").replace(sides))
        )
        for column, sides in LIMITS.items()
    ]
    told = pl.concat_str(limits, separator=", ", ignore_nulls=True)
    return pl.when(told != "").then(pl.format("{{{}}}", told))


def _null_reasons() -> pl.Expr:
    """A JSON object: column to the reason why its estimate is null."""
    reasons = [
        pl.when(_sentinel(f"{code}E").is_in(list(REASONS))).then(
            pl.format('"{}": "{}"', pl.lit(column), _sentinel(f"{code}E").replace(REASONS))
        )
        for column, code in VARIABLES.items()
    ]
    return pl.concat_str(
        [
            pl.lit("{"),
            pl.concat_str(reasons, separator=", ", ignore_nulls=True),
            pl.lit("}"),
        ]
    )
