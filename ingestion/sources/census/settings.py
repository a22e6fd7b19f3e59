"""Settings of the Census source."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.kit.credentials import missing, setting
from ingestion.source import MissingSetting, SourceError

NAME = "census"
API_KEY = "sources.census.api_key"
START_YEAR = "sources.census.start_year"
ACS_YEAR = "sources.census.acs_year"
API_URL = "https://api.census.gov"
FIRST_YEAR = 1992


@dataclass(frozen=True)
class CensusSettings:
    """How to reach the Census Bureau.

    Attributes:
        api_key: mandatory with every query.
        start_year: first year of the retail series.
        acs_year: vintage of the American Community Survey; None: the newest released.
        api_url: without trailing slash.
    """

    api_key: str
    start_year: int
    acs_year: int | None
    api_url: str


def missing_settings() -> tuple[MissingSetting, ...]:
    """What is not configured."""
    return missing({API_KEY: "API key (free, by e-mail: https://api.census.gov/data/key_signup.html)"})


def read_settings() -> CensusSettings:
    """The configuration.

    Raises:
        SourceError: there is no key, or a year is not a year.
    """
    key = setting(API_KEY)
    if key is None:
        raise SourceError(NAME, f"{API_KEY} is not set", missing_settings()[0].meaning)
    return CensusSettings(
        api_key=key,
        start_year=_year(START_YEAR) or FIRST_YEAR,
        acs_year=_year(ACS_YEAR),
        api_url=(setting("sources.census.api_url") or API_URL).rstrip("/"),
    )


def _year(key: str) -> int | None:
    value = setting(key)
    if value is None:
        return None
    if not (value.isdigit() and len(value) == len("1992")):
        raise SourceError(
            NAME,
            f"{key} is {value!r}",
            "set it to a year of four digits, or leave it out",
        )
    return int(value)
