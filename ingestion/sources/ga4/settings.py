"""Settings of the Google Analytics source."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.kit.settings import Settings, address, optional, required, required_list, whole_number

NAME = "ga4"
LOOKBACK_DAYS = 14


@dataclass(frozen=True)
class Ga4Settings:
    """How to reach Google Analytics."""

    client_id: str = required("OAuth client id (Google Cloud console > APIs & services > Credentials)")
    client_secret: str = required("OAuth client secret (beside the client id)")
    refresh_token: str = required(
        "refresh token granted with the scope https://www.googleapis.com/auth/analytics.readonly"
    )
    property_ids: tuple[str, ...] = required_list(
        "properties to read (Analytics > Admin > Property details)", lambda text: text.removeprefix("properties/")
    )
    lookback_days: int = optional(
        f"days that a run reads again, {LOOKBACK_DAYS} unless set", LOOKBACK_DAYS, whole_number(1, 90, "days")
    )
    api_url: str = address("https://analyticsdata.googleapis.com")
    token_url: str = address("https://oauth2.googleapis.com/token")


SETTINGS = Settings(NAME, Ga4Settings)
