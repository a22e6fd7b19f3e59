"""The code location: what Dagster's UI and the command line both run."""

from __future__ import annotations

import dagster as dg

from orchestration.assets.backfill import BACKFILL_ASSETS
from orchestration.assets.common import OWNER
from orchestration.assets.forecast import forecast
from orchestration.assets.ingest import INGEST_ASSETS
from orchestration.assets.publication import publication_asset, source_outcomes
from orchestration.assets.transform import PROJECT, transform, transform_forecasts
from orchestration.building.resource import Models
from orchestration.jobs import JOBS
from orchestration.runs.warehouse import Warehouse
from orchestration.schedules import SCHEDULES

_PUBLISHED_SCHEMAS = {"marts", "metrics", "forecast", "forecasting", "decisions", "audit", "thresholds"}
_TABLES = sorted(
    key
    for assets in (transform, forecast, transform_forecasts)
    for key in assets.keys
    if key.path[0] in _PUBLISHED_SCHEMAS
)
_PRIVACY_KEY = dg.AssetSpec(
    ["shophouse", "privacy_key"],
    group_name="raw_shophouse",
    owners=[OWNER],
    description="Key of the hashes of personal data; made once for the state folder, by its first run.",
)

defs = dg.Definitions(
    assets=[
        _PRIVACY_KEY,
        *INGEST_ASSETS,
        *BACKFILL_ASSETS,
        transform,
        forecast,
        transform_forecasts,
        publication_asset(_TABLES),
        source_outcomes,
    ],
    jobs=JOBS,
    schedules=SCHEDULES,
    resources={"warehouse": Warehouse(), "models": Models(parsed=str(PROJECT.target_path))},
    # One process a run: the multiprocess executor would import everything again for every asset.
    executor=dg.in_process_executor,
)
