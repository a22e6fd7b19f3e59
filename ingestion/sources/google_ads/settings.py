"""Settings of the Google Ads source."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.kit.credentials import missing, setting, setting_list
from ingestion.source import MissingSetting, SourceError

NAME = "google_ads"
DEVELOPER_TOKEN = "sources.google_ads.developer_token"
CLIENT_ID = "sources.google_ads.client_id"
CLIENT_SECRET = "sources.google_ads.client_secret"
REFRESH_TOKEN = "sources.google_ads.refresh_token"
LOGIN_CUSTOMER_ID = "sources.google_ads.login_customer_id"
CUSTOMER_IDS = "sources.google_ads.customer_ids"
LOOKBACK_DAYS = "sources.google_ads.lookback_days"

API_URL = "https://googleads.googleapis.com"
TOKEN_URL = "https://oauth2.googleapis.com/token"
API_VERSION = "v26"
LONGEST_LOOKBACK_DAYS = 90


@dataclass(frozen=True)
class GoogleSettings:
    """How to reach Google Ads.

    Attributes:
        developer_token: of the manager account's API centre.
        client_id: of the OAuth client.
        client_secret: of the OAuth client.
        refresh_token: granted once with the adwords scope.
        login_customer_id: manager account through which the others are reached, digits only; None: reached directly.
        customer_ids: digits only; None: every account that the grant can access.
        lookback_days: days that a run reads again (1-90); None: by the conversion actions' own windows.
        api_url: without version and trailing slash.
        token_url: where the refresh token is exchanged.
    """

    developer_token: str
    client_id: str
    client_secret: str
    refresh_token: str
    login_customer_id: str | None
    customer_ids: tuple[str, ...] | None
    lookback_days: int | None
    api_url: str
    token_url: str


def missing_settings() -> tuple[MissingSetting, ...]:
    """What is not configured."""
    return missing(
        {
            DEVELOPER_TOKEN: "developer token (Google Ads manager account > Admin > API centre)",
            CLIENT_ID: "OAuth client id (Google Cloud console > APIs & services > Credentials)",
            CLIENT_SECRET: "OAuth client secret (beside the client id)",
            REFRESH_TOKEN: "refresh token granted with the scope https://www.googleapis.com/auth/adwords",
        }
    )


def read_settings() -> GoogleSettings:
    """The configuration.

    Raises:
        SourceError: a required setting is absent, or the lookback is not a number from 1 to 90.
    """
    absent = missing_settings()
    if absent:
        raise SourceError(NAME, f"{', '.join(m.key for m in absent)} not set", absent[0].meaning)
    login = setting(LOGIN_CUSTOMER_ID)
    customers = setting_list(CUSTOMER_IDS)
    return GoogleSettings(
        developer_token=setting(DEVELOPER_TOKEN) or "",
        client_id=setting(CLIENT_ID) or "",
        client_secret=setting(CLIENT_SECRET) or "",
        refresh_token=setting(REFRESH_TOKEN) or "",
        login_customer_id=None if login is None else _digits(login),
        customer_ids=None if customers is None else tuple(_digits(customer) for customer in customers),
        lookback_days=_lookback(setting(LOOKBACK_DAYS)),
        api_url=(setting("sources.google_ads.api_url") or API_URL).rstrip("/"),
        token_url=setting("sources.google_ads.token_url") or TOKEN_URL,
    )


def _digits(customer: str) -> str:
    """Google's own pages write 123-456-7890."""
    return customer.replace("-", "").removeprefix("customers/")


def _lookback(value: str | None) -> int | None:
    if value is None:
        return None
    if not value.isdigit() or not 1 <= int(value) <= LONGEST_LOOKBACK_DAYS:
        raise SourceError(
            NAME,
            f"{LOOKBACK_DAYS} is {value!r}",
            "set it to a number of days from 1 to 90, or leave it out",
        )
    return int(value)
