"""Public holidays of the countries that shops stand in."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from functools import cache
from importlib.resources import files

import polars as pl


def countries_of(timezones: Iterable[str]) -> list[str]:
    """Countries of time zones: a shop's zone is always known, its address is not.

    Args:
        timezones: IANA names, such as ``America/New_York``.

    Returns:
        ISO 3166-1 alpha-2 codes, sorted; nothing of a zone that lies in no country (UTC).
    """
    by_zone = _country_by_zone()
    return sorted({by_zone[zone] for zone in timezones if zone in by_zone})


def public_holidays(countries: Collection[str], first: date, last: date) -> pl.DataFrame:
    """Public holidays between two dates.

    Args:
        countries: ISO 3166-1 alpha-2 codes; one that the ``holidays`` package does not know has none.
        first: first date.
        last: last date.

    Returns:
        date, holiday (``US: Thanksgiving Day``; of a date that several countries celebrate, all of their names): one
        row a date, sorted. Names are in English where the package has them.
    """
    # Imported here: only a run that forecasts pays for it.
    from holidays import country_holidays, list_supported_countries

    known = list_supported_countries()
    rows = [
        (day, f"{country}: {name}")
        for country in sorted(set(countries) & set(known))
        for day, name in country_holidays(country, years=range(first.year, last.year + 1), language="en_US").items()
        if first <= day <= last
    ]
    return (
        pl.DataFrame(rows, schema={"date": pl.Date, "holiday": pl.String}, orient="row")
        .sort("date", "holiday")
        .group_by("date", maintain_order=True)
        .agg(pl.col("holiday").str.join(", "))
    )


@cache
def _country_by_zone() -> dict[str, str]:
    """Zone to country, of the table that the time zone database brings (``zone.tab``)."""
    lines = (files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {zone: country for country, _, zone, *_ in rows}
