"""The jobs: what is materialised together."""

from __future__ import annotations

import dagster as dg

from ingestion.registry import SOURCES
from ingestion.source import Job
from orchestration.assets.forecast import forecast
from orchestration.assets.ingest import INGEST_ASSETS
from orchestration.assets.publication import OUTCOME, PUBLISHED
from orchestration.assets.transform import transform, transform_forecasts

_PUBLISH = dg.AssetSelection.assets(PUBLISHED, OUTCOME)


_SYNCED: dict[Job, str] = {
    "commerce": "Shops and files",
    "ads": "Ad platforms and web analytics (restated days included)",
    "census": "Census surveys",
}


def _ingest(*sources: str) -> dg.AssetSelection:
    wanted = [assets for assets in INGEST_ASSETS if next(iter(assets.keys)).path[0] in sources or not sources]
    return dg.AssetSelection.assets(*wanted)


def _sync(job: Job, what: str) -> dg.UnresolvedAssetJobDefinition:
    sources = [source.name for source in SOURCES.values() if source.job == job]
    selection = _ingest(*sources) | dg.AssetSelection.assets(transform) | _PUBLISH
    return dg.define_asset_job(f"{job}_sync", selection, description=f"{what}, then models and publication.")


FULL = dg.define_asset_job(
    "full",
    _ingest() | dg.AssetSelection.assets(transform, forecast, transform_forecasts) | _PUBLISH,
    description="Everything: every source, every model, the forecasts, the publication.",
)
SYNCS = {job: _sync(job, what) for job, what in _SYNCED.items()}
FORECAST = dg.define_asset_job(
    "forecast",
    dg.AssetSelection.assets(forecast, transform_forecasts) | _PUBLISH,
    description="The forecasts anew from the warehouse as it is, then the publication.",
)

JOBS = [FULL, *SYNCS.values(), FORECAST]
