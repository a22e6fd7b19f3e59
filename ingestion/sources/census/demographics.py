"""The American Community Survey, 5-year estimates by ZIP code tabulation area, each with its margin of error."""

from __future__ import annotations

from datetime import date

import polars as pl

from ingestion.kit.arrow import typed
from ingestion.source import Rows, SourceError
from ingestion.sources.census.client import CensusClient
from ingestion.sources.census.settings import ACS_YEAR, NAME
from ingestion.sources.census.tables import ACS_ZCTA
from ingestion.sources.census.variables import REASONS, VARIABLES

_GEOGRAPHY = "zip code tabulation area"
_NEWEST_RELEASE_AGE = 1
_OLDEST_RELEASE_AGE = 3


def read_newest(client: CensusClient, as_of: date, year: int | None) -> Rows:
    """One vintage.

    A vintage is released in the December of the year after it, at times a month later, and never restated: the newest
    is the first year before ``as_of`` that the Census Bureau has.

    Args:
        client: of the key.
        as_of: the run's date.
        year: the vintage; None: the newest.

    Raises:
        SourceError: the Census Bureau refused, or has none of the vintages.
    """
    newest = as_of.year - _NEWEST_RELEASE_AGE
    years = [year] if year else [newest - age for age in range(_OLDEST_RELEASE_AGE)]
    names = [
        "NAME",
        *(f"{code}{suffix}" for code in VARIABLES.values() for suffix in "EM"),
    ]
    for vintage in years:
        rows = client.table(f"{vintage}/acs/acs5", {"get": ",".join(names), "for": f"{_GEOGRAPHY}:*"})
        if rows is not None:
            areas = typed(NAME, ACS_ZCTA, _areas(rows, vintage, as_of)) if rows.width else ACS_ZCTA.empty()
            return Rows(ACS_ZCTA, areas)
    raise SourceError(
        NAME,
        f"no ACS 5-year vintage of {', '.join(map(str, years))}",
        f"set {ACS_YEAR} to one that exists",
    )


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
        pl.lit(as_of).alias("retrieved_on"),
    )


def _value(variable: str) -> pl.Expr:
    return pl.when(~_sentinel(variable).is_in(list(REASONS))).then(pl.col(variable))


def _sentinel(variable: str) -> pl.Expr:
    """The number without a fraction: a median's sentinel may be sent as -666666666.0."""
    return pl.col(variable).str.replace(r"\.0+$", "")


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
