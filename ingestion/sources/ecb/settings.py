"""Settings of the source of reference rates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ingestion.kit.settings import Settings, address, required

NAME = "ecb"


@dataclass(frozen=True)
class EcbSettings:
    """How to reach the European Central Bank; it wants no key, so a date is what switches the source on."""

    start_date: str = required("first day whose rates are read, e.g. 2024-01-01; the bank has them since 1999-01-04")
    api_url: str = address("https://www.ecb.europa.eu")


SETTINGS = Settings(NAME, EcbSettings)
START_DATE = SETTINGS.key("start_date")


def first_day(settings: EcbSettings) -> date:
    """The first day whose rates are read.

    Args:
        settings: as read.

    Raises:
        ValueError: it is no date.
    """
    return date.fromisoformat(settings.start_date)
