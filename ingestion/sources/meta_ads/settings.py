"""Settings of the Meta source."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.kit.settings import Settings, address, listed, optional, required

NAME = "meta_ads"
API_VERSION = "v26.0"


@dataclass(frozen=True)
class MetaSettings:
    """How to reach Meta; its token does not expire."""

    access_token: str = required(
        "system user token with ads_read (Meta Business settings > Users > System users > Generate)"
    )
    app_secret: str | None = optional("the app's secret, where the app demands a proof with every call")
    account_ids: tuple[str, ...] | None = listed(
        "ad accounts to read; left out: every account that the token can read", lambda text: text.removeprefix("act_")
    )
    api_url: str = address("https://graph.facebook.com")


SETTINGS = Settings(NAME, MetaSettings)
ACCESS_TOKEN = SETTINGS.key("access_token")
ACCOUNT_IDS = SETTINGS.key("account_ids")
read_settings = SETTINGS.read
