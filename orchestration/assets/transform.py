"""dbt's models as assets, its tests as checks: before the forecasts, and after them."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliInvocation,
    DbtCliResource,
    DbtProject,
    dbt_assets,
)
from dagster_dbt.core.dbt_event_iterator import DbtEventIterator
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from ingestion.settings import Settings
from orchestration.assets.ingest import OWNER, POOL
from orchestration.audit import Audit, read_results, write_audit
from orchestration.dbt_manifest import DBT_EXECUTABLE, dbt_project
from orchestration.reporter import REPORTER, Progress
from orchestration.warehouse import Warehouse

AFTER_FORECAST = "source:forecast+"
"""Models that read the forecasts, and all that follows from them."""

DATA_FAILED = "data_failed_its_audit"
"""Metadata key of a failure that is the data's, not the program's."""


class Translator(DagsterDbtTranslator):
    """Names, groups and owners of dbt's nodes in Dagster.

    Models are keyed by schema and name, so an asset is called what the table is called; groups are the modules
    (the folder below the layer), which is how the merchant's six areas show in the graph.
    """

    def __init__(self) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=True))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """[schema, name] for models and seeds; a source's own key."""
        if dbt_resource_props["resource_type"] in {"model", "seed", "snapshot"}:
            return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])
        return super().get_asset_key(dbt_resource_props)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The module for marts and metrics; the layer for what leads there."""
        layer, *below = dbt_resource_props["fqn"][1:-1] or ["seeds"]
        if layer in {"marts", "metrics"} and below:
            return below[0]
        return f"{layer}_{below[0]}" if below else layer

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """The owner of the model's dbt group; the warehouse's for shared groundwork."""
        owners = super().get_owners(dbt_resource_props)
        return list(owners) if owners else [OWNER]


PROJECT: DbtProject = dbt_project(Settings())
TRANSLATOR = Translator()


def dbt_resource(project: DbtProject) -> DbtCliResource:
    """dbt of this environment, on the project's manifest."""
    return DbtCliResource(project_dir=project, dbt_executable=str(DBT_EXECUTABLE))


@dbt_assets(
    manifest=PROJECT.manifest_path,
    project=PROJECT,
    dagster_dbt_translator=TRANSLATOR,
    exclude=f"{AFTER_FORECAST} resource_type:unit_test",
    name="transform",
    pool=POOL,
)
def transform(context: dg.AssetExecutionContext, dbt: DbtCliResource, warehouse: Warehouse) -> Iterator[Any]:
    """Staging, intermediate, marts and metrics, each followed by its tests."""
    yield from _build(context, dbt, warehouse)


@dbt_assets(
    manifest=PROJECT.manifest_path,
    project=PROJECT,
    dagster_dbt_translator=TRANSLATOR,
    select=AFTER_FORECAST,
    exclude="resource_type:unit_test",
    name="transform_forecasts",
    pool=POOL,
)
def transform_forecasts(context: dg.AssetExecutionContext, dbt: DbtCliResource, warehouse: Warehouse) -> Iterator[Any]:
    """Models that read the forecasts."""
    yield from _build(context, dbt, warehouse)


def _build(context: dg.AssetExecutionContext, dbt: DbtCliResource, warehouse: Warehouse) -> Iterator[Any]:
    settings = warehouse.settings
    as_of = settings.instant().isoformat()
    variables = json.dumps({"as_of": as_of, "reporting_currency": settings.reporting_currency})
    invocation = dbt.cli(["build", "--exclude-resource-type", "unit_test", "--vars", variables], context=context)
    try:
        with REPORTER.stage("transform"):
            events = DbtEventIterator(_watched(invocation), invocation)
            yield from events.fetch_row_counts().fetch_column_metadata()
    except DagsterDbtCliRuntimeError as failure:
        audit = _audit(invocation, as_of)
        write_audit(settings, audit)
        raise _explained(audit, failure) from failure
    write_audit(settings, _audit(invocation, as_of))


def _watched(invocation: DbtCliInvocation) -> Iterator[Any]:
    for event in invocation.stream():
        if isinstance(event, dg.Output | dg.AssetMaterialization):
            REPORTER.report(Progress("transform", _subject(event), done=True))
        yield event


def _subject(event: dg.Output | dg.AssetMaterialization) -> str:
    if isinstance(event, dg.AssetMaterialization):
        return event.asset_key.to_user_string()
    return event.output_name.replace("__", "/", 1)


def _audit(invocation: DbtCliInvocation, as_of: str) -> Audit:
    return read_results(Path(invocation.target_path) / "run_results.json", dict(invocation.manifest), as_of)


def _explained(audit: Audit, failure: DagsterDbtCliRuntimeError) -> dg.Failure:
    """A failure that says which table failed which test, or which model could not be built."""
    if audit.errors:
        lines = [f"{e.model}: {e.message}" for e in audit.errors]
        return dg.Failure("models could not be built:\n" + "\n".join(lines), allow_retries=False)
    if audit.failures:
        lines = [f"{f.model}: {f.test}: {f.message}" for f in audit.failures]
        return dg.Failure(
            "the data failed its audit; the last good publication stays:\n" + "\n".join(lines),
            metadata={DATA_FAILED: dg.MetadataValue.bool(True)},
            allow_retries=False,
        )
    return dg.Failure(f"dbt failed: {failure}", allow_retries=False)
