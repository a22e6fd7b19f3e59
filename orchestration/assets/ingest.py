"""Raw tables as assets: one multi-asset per source, made from its contract."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime

import dagster as dg

from ingestion.contract import RawTable
from ingestion.load.pipeline import run_source
from ingestion.load.report import LoadReport
from ingestion.registry import SOURCES
from ingestion.source import Source, SourceError
from orchestration.assets.common import OWNER, POOL, column_schema
from orchestration.runs.reporter import REPORTER, Progress
from orchestration.runs.seams import SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION
from orchestration.runs.warehouse import Warehouse
from shophouse.settings import Settings

_RETRIES = 1

_NOT_RECORDED = {SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION: True}
"""Metadata of a table that was not loaded: Dagster then goes on to what follows, but records no materialisation, from
which it would take the table for fresh. An output that is left out would make it skip the models of every source."""

GAPS = "gaps"
"""Metadata of a source's first table: what could not be read although the rest was."""

LOADED = "loaded"
"""The check of a source that says whether its load succeeded, and if not, why."""


class SyncConfig(dg.Config):
    """What a sync reads: from the cursor, a range of dates, or everything."""

    since: str | None = None
    until: str | None = None
    full_refresh: bool = False


def raw_key(source: Source, table: RawTable) -> dg.AssetKey:
    """Key of a raw table; the same as that of dbt's source."""
    return dg.AssetKey([source.name, table.name])


def ingest_assets(source: Source) -> dg.AssetsDefinition:
    """Assets of every table of a source, loaded together because one extraction feeds them all."""

    @dg.multi_asset(
        name=f"ingest_{source.name}",
        specs=[_spec(source, table) for table in source.tables],
        check_specs=[
            dg.AssetCheckSpec(LOADED, asset=_first_key(source), description=f"{source.title} was read in full.")
        ],
        pool=POOL,
        retry_policy=dg.RetryPolicy(max_retries=_RETRIES, delay=15),
    )
    def ingest(
        context: dg.AssetExecutionContext, config: SyncConfig, warehouse: Warehouse
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        _check_dates(source, config)
        with REPORTER.stage("ingest"):
            outcome = _load(source, config, warehouse.settings, context)
        if isinstance(outcome, SourceError):
            warehouse.failed_sources[source.name] = str(outcome)
            context.log.error(str(outcome))
        yield from _results(source, outcome)

    return ingest


def sync(source: Source, settings: Settings, config: SyncConfig) -> LoadReport:
    """Loads a source and reports its progress.

    Raises:
        SourceError: the source failed; nothing of the load is kept.
    """

    def watch(what: str, rows: int) -> None:
        REPORTER.report(Progress("ingest", f"{source.title}: {what}", rows))

    report = run_source(
        source,
        settings,
        since=_instant(config.since),
        until=_instant(config.until),
        full_refresh=config.full_refresh,
        progress=watch,
    )
    REPORTER.report(Progress("ingest", source.title, report.total_rows, done=True))
    return report


def _check_dates(source: Source, config: SyncConfig) -> None:
    try:
        source.check_range(_instant(config.since), _instant(config.until))
    except ValueError as error:
        raise dg.Failure(f"{source.name}: {error}", allow_retries=False) from None


def _load(
    source: Source, config: SyncConfig, settings: Settings, context: dg.AssetExecutionContext
) -> LoadReport | SourceError | None:
    """The load's report, its failure, or None where the source is not configured."""
    if source.missing_settings():
        return None
    try:
        return sync(source, settings, config)
    except SourceError as error:
        return error
    except Exception as error:
        if context.retry_number < _RETRIES:
            raise
        # A fault that nobody thought of in one source must not keep the others' data back.
        context.log.exception(f"{source.title} failed")
        cause = _innermost(error)
        return SourceError(
            source.name,
            f"{type(cause).__name__}: {cause}",
            "nothing was loaded; the run's log in Dagster has the traceback, please report it",
        )


def _innermost(error: BaseException) -> BaseException:
    while inner := error.__cause__ or error.__context__:
        error = inner
    return error


def _results(
    source: Source, outcome: LoadReport | SourceError | None
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    for table in source.tables:
        metadata = _metadata(source, table, outcome) if isinstance(outcome, LoadReport) else _NOT_RECORDED
        yield dg.MaterializeResult(asset_key=raw_key(source, table), metadata=metadata)
    if outcome is None:
        missing = ", ".join(setting.environment_variable for setting in source.missing_settings())
        note = {"note": f"not configured, tables left as they are; set {missing}"}
        yield dg.AssetCheckResult(asset_key=_first_key(source), check_name=LOADED, passed=True, metadata=note)
    elif isinstance(outcome, SourceError):
        yield dg.AssetCheckResult(
            asset_key=_first_key(source), check_name=LOADED, passed=False, description=str(outcome)
        )
    else:
        yield dg.AssetCheckResult(
            asset_key=_first_key(source),
            check_name=LOADED,
            passed=True,
            metadata={"rows": outcome.total_rows, "seconds": round(outcome.seconds, 2), "load_id": outcome.load_id},
        )


def _metadata(source: Source, table: RawTable, report: LoadReport) -> dict[str, dg.MetadataValue]:
    new_columns = report.new_columns.get(table.name, ())
    metadata: dict[str, dg.MetadataValue] = {
        "rows_loaded": dg.MetadataValue.int(report.rows.get(table.name, 0)),
        "load_id": dg.MetadataValue.text(report.load_id),
    }
    if report.gaps and table is source.tables[0]:
        metadata[GAPS] = dg.MetadataValue.json([asdict(gap) for gap in report.gaps])
    return metadata | ({"new_columns": dg.MetadataValue.json(list(new_columns))} if new_columns else {})


def _spec(source: Source, table: RawTable) -> dg.AssetSpec:
    return dg.AssetSpec(
        key=raw_key(source, table),
        description=table.description,
        group_name=f"raw_{source.name}",
        kinds={"dlt", "duckdb"},
        owners=[OWNER],
        tags={"source": source.name} | ({"pii": "true"} if any(c.pii for c in table.columns) else {}),
        metadata={
            "dagster/column_schema": column_schema(table),
            "dagster/table_name": f"raw.{source.name}.{table.name}",
        },
        freshness_policy=_freshness(source),
    )


def _freshness(source: Source) -> dg.FreshnessPolicy | None:
    if source.error_after is None:
        return None
    return dg.FreshnessPolicy.time_window(fail_window=source.error_after, warn_window=source.warn_after)


def _first_key(source: Source) -> dg.AssetKey:
    return raw_key(source, source.tables[0])


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


INGEST_ASSETS = [ingest_assets(source) for source in SOURCES.values()]
