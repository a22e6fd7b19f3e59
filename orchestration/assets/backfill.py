"""Backfills by date: one daily-partitioned asset per source; a range of days is one run that reads the range."""

import dagster as dg

from ingestion.registry import SOURCES
from ingestion.source import Source
from orchestration.assets.common import OWNER, POOL
from orchestration.assets.ingest import SyncConfig, sync
from orchestration.runs.warehouse import Warehouse

FIRST_DAY = "2010-01-01"
DAYS = dg.DailyPartitionsDefinition(start_date=FIRST_DAY)


def backfill_asset(source: Source) -> dg.AssetsDefinition:
    """An asset whose partitions are days of the source; materialising some re-reads those days into the raw tables."""

    @dg.asset(
        key=["backfill", source.name],
        partitions_def=DAYS,
        backfill_policy=dg.BackfillPolicy.single_run(),
        group_name="backfill",
        kinds={"dlt", "duckdb"},
        owners=[OWNER],
        description=f"Re-reads days of {source.title} into its raw tables; the next run of a job publishes them.",
        pool=POOL,
    )
    def backfill(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult:
        window = context.partition_time_window
        config = SyncConfig(since=window.start.isoformat(), until=window.end.isoformat())
        report = sync(source, warehouse.settings, config)
        return dg.MaterializeResult(metadata={"rows": report.total_rows, "load_id": report.load_id})

    return backfill


BACKFILL_ASSETS = [backfill_asset(source) for source in SOURCES.values() if source.has_date_range]
