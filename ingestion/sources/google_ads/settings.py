"""Settings of the Google Ads source."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.kit.settings import Settings, address, listed, optional, required, whole_number

NAME = "google_ads"
API_VERSION = "v26"
LONGEST_LOOKBACK_DAYS = 90


def _digits(customer: str) -> str:
    """Google's own pages write 123-456-7890."""
    return customer.replace("-", "").removeprefix("customers/")


@dataclass(frozen=True)
class GoogleSettings:
    """How to reach Google Ads; ids are digits only."""

    developer_token: str = required("developer token (Google Ads manager account > Admin > API centre)")
    client_id: str = required("OAuth client id (Google Cloud console > APIs & services > Credentials)")
    client_secret: str = required("OAuth client secret (beside the client id)")
    refresh_token: str = required("refresh token granted with the scope https://www.googleapis.com/auth/adwords")
    login_customer_id: str | None = optional(
        "manager account through which the others are reached; left out: reached directly", None, _digits
    )
    customer_ids: tuple[str, ...] | None = listed(
        "accounts to read; left out: every account that the grant can access", _digits
    )
    lookback_days: int | None = optional(
        "days that a run reads again; left out: by the conversion actions' own windows",
        None,
        whole_number(1, LONGEST_LOOKBACK_DAYS, "days"),
    )
    api_url: str = address("https://googleads.googleapis.com")
    token_url: str = address("https://oauth2.googleapis.com/token")


SETTINGS = Settings(NAME, GoogleSettings)
DEVELOPER_TOKEN = SETTINGS.key("developer_token")
REFRESH_TOKEN = SETTINGS.key("refresh_token")
LOGIN_CUSTOMER_ID = SETTINGS.key("login_customer_id")
CUSTOMER_IDS = SETTINGS.key("customer_ids")
read_settings = SETTINGS.read
