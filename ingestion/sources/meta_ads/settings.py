"""Settings of the Meta source."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.kit.credentials import missing, setting, setting_list
from ingestion.source import MissingSetting, SourceError

NAME = "meta_ads"
ACCESS_TOKEN = "sources.meta_ads.access_token"
ACCOUNT_IDS = "sources.meta_ads.account_ids"
API_URL = "https://graph.facebook.com"
API_VERSION = "v26.0"


@dataclass(frozen=True)
class MetaSettings:
    """How to reach Meta.

    Attributes:
        access_token: of a system user with the ads_read permission; it does not expire.
        app_secret: when the app demands a proof with every call; None: no proof is sent.
        account_ids: digits only; None: every account that the token can read.
        api_url: without version and trailing slash.
    """

    access_token: str
    app_secret: str | None
    account_ids: tuple[str, ...] | None
    api_url: str


def missing_settings() -> tuple[MissingSetting, ...]:
    """What is not configured."""
    return missing(
        {ACCESS_TOKEN: "system user token with ads_read (Meta Business settings > Users > System users > Generate)"}
    )


def read_settings() -> MetaSettings:
    """The configuration.

    Raises:
        SourceError: there is no access token.
    """
    token = setting(ACCESS_TOKEN)
    if token is None:
        raise SourceError(NAME, f"{ACCESS_TOKEN} is not set", missing_settings()[0].meaning)
    accounts = setting_list(ACCOUNT_IDS)
    return MetaSettings(
        access_token=token,
        app_secret=setting("sources.meta_ads.app_secret"),
        account_ids=None if accounts is None else tuple(account.removeprefix("act_") for account in accounts),
        api_url=(setting("sources.meta_ads.api_url") or API_URL).rstrip("/"),
    )
