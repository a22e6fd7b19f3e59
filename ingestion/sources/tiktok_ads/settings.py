"""Settings of the TikTok source."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.kit.settings import Settings, address, optional, required, required_list, whole_number

NAME = "tiktok_ads"
API_VERSION = "v1.3"
LOOKBACK_DAYS = 28


@dataclass(frozen=True)
class TikTokSettings:
    """How to reach TikTok; its access tokens do not expire."""

    access_token: str = required("access token of an app with reporting and ads read (TikTok for Business > My apps)")
    advertiser_ids: tuple[str, ...] = required_list("ad accounts to read (TikTok Ads Manager shows the id by the name)")
    lookback_days: int = optional(
        f"days that a run reads again, {LOOKBACK_DAYS} unless set", LOOKBACK_DAYS, whole_number(1, 90, "days")
    )
    api_url: str = address("https://business-api.tiktok.com")


SETTINGS = Settings(NAME, TikTokSettings)
