"""The jobs: what is materialised together."""

from __future__ import annotations

import dagster as dg

from orchestration.assets.forecast import forecast
from orchestration.assets.ingest import INGEST_ASSETS
from orchestration.assets.publication import OUTCOME, PUBLISHED
from orchestration.assets.transform import transform, transform_forecasts

_PUBLISH = dg.AssetSelection.assets(PUBLISHED, OUTCOME)


def _ingest(*sources: str) -> dg.AssetSelection:
    wanted = [assets for assets in INGEST_ASSETS if next(iter(assets.keys)).path[0] in sources or not sources]
    return dg.AssetSelection.assets(*wanted)


def _sync(name: str, description: str, *sources: str) -> dg.UnresolvedAssetJobDefinition:
    selection = _ingest(*sources) | dg.AssetSelection.assets(transform) | _PUBLISH
    return dg.define_asset_job(name, selection, description=description)


FULL = dg.define_asset_job(
    "full",
    _ingest() | dg.AssetSelection.assets(transform, forecast, transform_forecasts) | _PUBLISH,
    description="Everything: every source, every model, the forecasts, the publication.",
)
COMMERCE_SYNC = _sync("commerce_sync", "Shops and files, then models and publication.", "shopify", "files")
ADS_SYNC = _sync(
    "ads_sync", "Ad platforms (restated days included), then models and publication.", "meta_ads", "google_ads"
)
CENSUS_SYNC = _sync("census_sync", "Census surveys, then models and publication.", "census")
FORECAST = dg.define_asset_job(
    "forecast",
    dg.AssetSelection.assets(forecast, transform_forecasts) | _PUBLISH,
    description="The forecasts anew from the warehouse as it is, then the publication.",
)

JOBS = [FULL, COMMERCE_SYNC, ADS_SYNC, CENSUS_SYNC, FORECAST]
