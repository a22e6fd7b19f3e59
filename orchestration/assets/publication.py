"""The published file as an asset, and the run's verdict on its sources."""

from collections.abc import Sequence

import dagster as dg

from orchestration.assets.common import OWNER, POOL
from orchestration.publication.audit import DATA_FAILED, last_audit
from orchestration.publication.publishing import publish
from orchestration.publication.reconciled import unreconciled
from orchestration.runs.inputs import PUBLISHED as NOTED
from orchestration.runs.inputs import note_done, note_undone
from orchestration.runs.reporter import REPORTER, Progress
from orchestration.runs.warehouse import Warehouse
from shophouse.settings import Settings

PUBLISHED = dg.AssetKey(["published", "shophouse"])
OUTCOME = dg.AssetKey(["operations", "source_outcomes"])


def publication_asset(tables: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """The published file, downstream of every table in it: a failed test of any of them keeps it from being made."""

    @dg.asset(
        key=PUBLISHED,
        deps=tables,
        group_name="publication",
        kinds={"duckdb"},
        owners=[OWNER],
        pool=POOL,
        description="The audited, read-only DuckDB file that analysts, dashboards and the API open.",
    )
    def published(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult:
        _refuse_unaudited(warehouse.settings)
        refuse_unreconciled(warehouse.settings)
        note_undone(warehouse.settings, NOTED)
        with REPORTER.stage("publish"):
            publication = publish(warehouse.settings, warehouse.settings.instant())
        note_done(warehouse.settings, NOTED)
        rows = sum(publication.tables.values())
        REPORTER.report(Progress("publish", publication.file, rows, done=True))
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": rows,
                "tables": len(publication.tables),
                "bytes": publication.bytes,
                "file": dg.MetadataValue.path(publication.file),
                "as_of": publication.as_of,
            }
        )

    return published


def _refuse_unaudited(settings: Settings) -> None:
    """A run may publish what another run built: it asks for the verdict on the tables, not for its own steps."""
    audit = last_audit(settings)
    objections = audit.objections() if audit else ["no model was built yet; run the transform first"]
    if objections:
        raise dg.Failure(
            "the warehouse has not passed its audit; the last good publication stays:\n" + "\n".join(objections),
            metadata={DATA_FAILED: dg.MetadataValue.bool(True)} if audit and audit.failures else {},
            allow_retries=False,
        )


def refuse_unreconciled(settings: Settings) -> None:
    """Stops a run of a merchant who wants it where sources stay unexplained past their limits.

    Args:
        settings: the state folder, and whether its merchant wants it.

    Raises:
        dg.Failure: they do; the message names store, figure, day and amount.
    """
    days = unreconciled(settings.warehouse_db) if settings.strict_audit else ()
    if days:
        raise dg.Failure(
            "sources stay unexplained past their limits and SHOPHOUSE_STRICT_AUDIT is set; the last good publication "
            "stays:\n" + "\n".join(str(day) for day in days),
            metadata={DATA_FAILED: dg.MetadataValue.bool(True)},
            allow_retries=False,
        )


@dg.asset(
    key=OUTCOME,
    deps=[PUBLISHED],
    group_name="publication",
    owners=[OWNER],
    description="Fails when a source could not be read, after what the others brought has been published.",
)
def source_outcomes(context: dg.AssetExecutionContext, warehouse: Warehouse) -> dg.MaterializeResult:
    """Raises the run's source failures, last, so that one vendor's outage does not keep the others' data back."""
    if warehouse.failed_sources:
        raise dg.Failure("published without: " + "; ".join(warehouse.failed_sources.values()), allow_retries=False)
    return dg.MaterializeResult()
