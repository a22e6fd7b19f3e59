"""dbt's models as assets, its tests as checks: before the forecasts, and after them."""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import (
    DagsterDbtTranslator,
    DbtCliInvocation,
    DbtProject,
    dbt_assets,
)
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from orchestration.assets.common import OWNER, POOL
from orchestration.building.lineage import Lineage, load_lineage
from orchestration.building.placeholders import RunSays
from orchestration.building.plan import load_plan
from orchestration.building.resource import Models
from orchestration.dbt.leftovers import drop_leftovers
from orchestration.dbt.manifest import dbt_project
from orchestration.dbt.seams import asked_nodes
from orchestration.publication.audit import DATA_FAILED, Audit, ResultLog, begin_audit, end_audit
from orchestration.publication.found_rows import with_found_rows
from orchestration.publication.history import restore_histories
from orchestration.runs.currencies import currencies_without_rates
from orchestration.runs.inputs import (
    PUBLISHED,
    Inputs,
    forget_inputs,
    keep_inputs,
    last_inputs,
    note_contents,
    note_done,
    note_undone,
    read_inputs,
)
from orchestration.runs.reporter import REPORTER, Progress
from orchestration.runs.seams import plan_log
from orchestration.runs.warehouse import Warehouse
from shophouse.disk import full_disk
from shophouse.settings import Settings

AFTER_FORECAST = "source:forecast+"
"""Models that read the forecasts, and all that follows from them."""


class Translator(DagsterDbtTranslator):
    """Names, groups and owners of dbt's nodes in Dagster.

    Models are keyed by schema and name, so an asset is called what the table is called; groups are the modules
    (the folder below the layer), which is how the merchant's six areas show in the graph.
    """

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """[schema, name] for models and seeds; a source's own key."""
        if dbt_resource_props["resource_type"] in {"model", "seed", "snapshot"}:
            return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])
        return super().get_asset_key(dbt_resource_props)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The module for marts, metrics and decisions; the layer for what leads there."""
        layer, *below = dbt_resource_props["fqn"][1:-1] or ["seeds"]
        if layer in {"marts", "metrics", "decisions"} and below:
            return below[0]
        return f"{layer}_{below[0]}" if below else layer

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """The owner of the model's dbt group; the warehouse's for shared groundwork."""
        owners = super().get_owners(dbt_resource_props)
        return list(owners) if owners else [OWNER]


PROJECT: DbtProject = dbt_project(Settings())
TRANSLATOR = Translator()


@dbt_assets(
    manifest=PROJECT.manifest_path,
    project=PROJECT,
    dagster_dbt_translator=TRANSLATOR,
    exclude=f"{AFTER_FORECAST} resource_type:unit_test",
    name="transform",
    pool=POOL,
)
def transform(context: dg.AssetExecutionContext, models: Models, warehouse: Warehouse) -> Iterator[Any]:
    """Staging, intermediate, marts and metrics, each followed by its tests; nothing where nothing has changed."""
    settings = warehouse.settings
    known = last_inputs(settings)
    # Forgotten while tables change; one part of the models says nothing of the rest.
    forget_inputs(settings)
    inputs = read_inputs(settings, models.version, known)
    if known and not warehouse.failed_sources and _is_done(context, inputs, known, settings):
        keep_inputs(settings, replace(inputs, done=known.done))
        context.log.info("nothing has changed since the last publication: no model is built")
        # Dagster would warn of every check that has no result, hundreds of lines on the terminal.
        plan_log.setLevel(logging.ERROR)
        REPORTER.report(Progress("transform", "nothing has changed"))
        return
    if known is None or PUBLISHED not in known.done:
        restore_histories(settings)
    note_contents(settings, inputs)
    for sentence in currencies_without_rates(settings):
        REPORTER.tell(sentence)
        context.log.warning(sentence)
    yield from _build(context, models, warehouse, inputs.dates)
    if not context.is_subset:
        # Read again: which zones have business days is known once their stores are built.
        keep_inputs(settings, read_inputs(settings, models.version, inputs))
        note_done(settings, transform.op.name)


@dbt_assets(
    manifest=PROJECT.manifest_path,
    project=PROJECT,
    dagster_dbt_translator=TRANSLATOR,
    select=AFTER_FORECAST,
    exclude="resource_type:unit_test",
    name="transform_forecasts",
    pool=POOL,
)
def transform_forecasts(context: dg.AssetExecutionContext, models: Models, warehouse: Warehouse) -> Iterator[Any]:
    """Models that read the forecasts."""
    note_undone(warehouse.settings, transform_forecasts.op.name, PUBLISHED)
    yield from _build(context, models, warehouse, {})
    if not context.is_subset:
        note_done(warehouse.settings, transform_forecasts.op.name)


def _is_done(context: dg.AssetExecutionContext, inputs: Inputs, known: Inputs, settings: Settings) -> bool:
    """Whether all that the run would build from its inputs stands published, and nothing is to be asked anew."""
    steps = {node.name for node in context.job_def.all_node_defs} & {transform.op.name, transform_forecasts.op.name}
    is_published = PUBLISHED in known.done and settings.published_db.exists()
    return not context.is_subset and is_published and steps <= set(known.done) and inputs.are_those_of(known)


def _build(
    context: dg.AssetExecutionContext, models: Models, warehouse: Warehouse, dates: Mapping[str, str]
) -> Iterator[Any]:
    settings = warehouse.settings
    step = context.op_execution_context.op.name
    manifest = json.loads(PROJECT.manifest_path.read_text(encoding="utf-8"))
    before = begin_audit(settings, step, settings.instant().isoformat())
    nodes = asked_nodes(context, manifest, TRANSLATOR)
    invocation = models.build(nodes, context, settings, dates, manifest, TRANSLATOR)
    lineage = load_lineage(Path(models.parsed))
    tables = {**manifest["nodes"], **manifest["sources"]}
    keys = {id: TRANSLATOR.get_asset_key(node) for id, node in tables.items() if node.get("relation_name")}
    results = ResultLog()
    events: list[Any] = []
    failure: DagsterDbtCliRuntimeError | None = None
    with REPORTER.stage("transform"):
        try:
            with _models_log(settings), _ended(invocation):
                events.extend(_traced(event, lineage, keys) for event in _watched(invocation, results))
        except DagsterDbtCliRuntimeError as error:
            failure = error
        audit = results.audit(manifest, settings.instant().isoformat())
        audit = with_found_rows(
            audit, load_plan(Path(models.parsed)), RunSays(settings.instant(), settings.reporting_currency), settings
        )
        end_audit(settings, step, before if context.is_subset else Audit(audit.as_of), results, audit)
        if not failure:
            drop_leftovers(settings, manifest)
        counts = _row_counts(settings)
        yield from (_counted(event, counts) for event in events)
    if failure:
        raise _explained(audit, results.stopped_by or str(failure), settings) from failure


@contextmanager
def _ended(invocation: DbtCliInvocation) -> Iterator[None]:
    """Leaves no worker behind that goes on writing to the databases."""
    try:
        yield
    finally:
        if invocation.process.poll() is None:
            invocation.process.terminate()
            invocation.process.wait()


def _row_counts(settings: Settings) -> dict[str, int]:
    """Rows of every table, as DuckDB knows them without counting, by ``schema/table``."""
    counts: dict[str, int] = {}
    for database in (settings.build_db, settings.warehouse_db):
        if database.exists():
            with duckdb.connect(database, read_only=True) as connection:
                query = (
                    "select schema_name || '/' || table_name, estimated_size from duckdb_tables() where not internal"
                )
                counts |= dict(connection.execute(query).fetchall())
    return counts


def _traced(event: Any, lineage: Lineage, keys: Mapping[str, dg.AssetKey]) -> Any:
    if not isinstance(event, dg.Output | dg.AssetMaterialization):
        return event
    model = str(event.metadata["unique_id"].value)
    if model not in lineage:
        return event
    columns = dg.TableColumnLineage(
        {
            column: [dg.TableColumnDep(keys[id], name) for id, name in origins]
            for column, origins in lineage[model].items()
        }
    )
    return event.with_metadata({**event.metadata, "dagster/column_lineage": columns})


def _counted(event: Any, counts: Mapping[str, int]) -> Any:
    rows = counts.get(_subject(event)) if isinstance(event, dg.Output | dg.AssetMaterialization) else None
    return event if rows is None else event.with_metadata({**event.metadata, "dagster/row_count": rows})


@contextmanager
def _models_log(settings: Settings) -> Iterator[None]:
    """Sends how nodes end to a file: people watch the progress display, and read the file when something failed."""
    folder = settings.home / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "models.log", "a") as log, redirect_stdout(log):
        yield


def _watched(invocation: DbtCliInvocation, results: ResultLog) -> Iterator[Any]:
    for message in invocation.stream_raw_events():
        results.hear(message.raw_event)
        for event in message.to_default_asset_events(
            invocation.manifest,
            invocation.dagster_dbt_translator,
            invocation.context,
            invocation.target_path,
            invocation.project,
        ):
            if isinstance(event, dg.Output | dg.AssetMaterialization):
                REPORTER.report(Progress("transform", _subject(event), done=True))
            yield event


def _subject(event: dg.Output | dg.AssetMaterialization) -> str:
    if isinstance(event, dg.AssetMaterialization):
        return event.asset_key.to_user_string()
    return event.output_name.replace("__", "/", 1)


def _explained(audit: Audit, failure: str, settings: Settings) -> dg.Failure:
    """A failure that says which table failed which test, or which model could not be built."""
    lines = [f"{e.model}: {e.message}" for e in audit.errors]
    if full := full_disk("\n".join([*lines, failure]), settings.home):
        return dg.Failure(f"the models could not be built: {full}", allow_retries=False)
    if audit.errors:
        return dg.Failure("models could not be built:\n" + "\n".join(lines), allow_retries=False)
    if audit.failures:
        lines = [f"{f.model}: {f.test}: {f.message}" for f in audit.failures]
        return dg.Failure(
            "the data failed its audit; the last good publication stays:\n" + "\n".join(lines),
            metadata={DATA_FAILED: dg.MetadataValue.bool(True)},
            allow_retries=False,
        )
    return dg.Failure(f"the models could not be built: {failure}", allow_retries=False)
