"""Settings of the Census source."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.kit.settings import Settings, address, optional, required

NAME = "census"
FIRST_YEAR = 1992


def _year(text: str) -> int:
    if not (text.isdigit() and len(text) == len("1992")):
        raise ValueError("a year of four digits")
    return int(text)


@dataclass(frozen=True)
class CensusSettings:
    """How to reach the Census Bureau."""

    api_key: str = required("API key (free, by e-mail: https://api.census.gov/data/key_signup.html)")
    start_year: int = optional(f"first year of the retail series, {FIRST_YEAR} unless set", FIRST_YEAR, _year)
    acs_year: int | None = optional(
        "vintage of the American Community Survey; left out: the newest released", None, _year
    )
    api_url: str = address("https://api.census.gov")


SETTINGS = Settings(NAME, CensusSettings)
API_KEY = SETTINGS.key("api_key")
ACS_YEAR = SETTINGS.key("acs_year")
