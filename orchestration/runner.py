"""Runs a job of the code location in this process, and says in a sentence how it went."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.publication.audit import DATA_FAILED
from orchestration.runs.dead_runs import fail_dead_runs, process_tags
from orchestration.runs.instance import open_instance
from orchestration.runs.outcome import ExitCode, RunOutcome
from orchestration.runs.seams import JobFailureData, SerializableErrorInfo
from orchestration.runs.selection import selected_assets
from shophouse.disk import full_disk
from shophouse.settings import Settings
from shophouse.state_version import refuse_later_state


def run_job(
    name: str,
    settings: Settings,
    *,
    select: str | None = None,
    sources: Iterable[str] = (),
    sync: Mapping[str, Any] | None = None,
) -> RunOutcome:
    """Runs a job to its end.

    Args:
        name: of the job.
        settings: state folder and ``as_of``; handed on through the environment, as Dagster's own processes get them.
        select: Dagster asset selection (e.g. ``group:sales`` or ``+metrics/kpi_summary``); None: all of the job.
        sources: limits ingestion to these sources; empty: all of the job.
        sync: configuration of every ingestion asset (``since``, ``until``, ``full_refresh``).

    Returns:
        the outcome.

    Raises:
        UnknownAssetsError: the selection selects nothing of the job, or a part of what is made as a whole.
        LaterStateError: a later version of Shophouse has written the state folder; nothing was touched.
    """
    refuse_later_state(settings)
    os.environ["SHOPHOUSE_HOME"] = str(settings.home)
    os.environ["SHOPHOUSE_AS_OF"] = settings.instant().isoformat()
    os.environ["SHOPHOUSE_REPORTING_CURRENCY"] = settings.reporting_currency
    # Imported here: they read the state folder's name from the environment.
    from orchestration.definitions import defs

    job = defs.resolve_job_def(name)
    selection = _selection(job, select, tuple(sources))
    nodes = (
        {node.name for node in job.get_subset(asset_selection=selection).all_node_defs}
        if selection
        else {node.name for node in job.all_node_defs}
    )
    config: dict[str, Any] = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    if sync:
        config["ops"] = {node: {"config": dict(sync)} for node in nodes if node.startswith("ingest_")}
    with open_instance(settings) as instance:
        fail_dead_runs(instance)
        result = job.execute_in_process(
            run_config=config,
            instance=instance,
            raise_on_error=False,
            asset_selection=sorted(selection) or None,
            tags=process_tags(),
        )
        return _outcome(result, settings.home)


def _selection(job: dg.JobDefinition, select: str | None, sources: tuple[str, ...]) -> frozenset[dg.AssetKey]:
    keys = frozenset(job.asset_layer.selected_asset_keys)
    if sources:
        raw = {key for key in keys if key.path[0] in _source_names()}
        keys -= {key for key in raw if key.path[0] not in sources}
    if select is None:
        return keys if sources else frozenset()
    return selected_assets(select, job) & keys


def _source_names() -> frozenset[str]:
    from ingestion.registry import SOURCES

    return frozenset(SOURCES)


def _outcome(result: dg.ExecuteInProcessResult, home: Path) -> RunOutcome:
    # A selection may leave out the asset that raises them, and a failed audit keeps it from its turn.
    unread = tuple(check.description or "" for check in result.get_asset_check_evaluations() if _is_unread(check))
    gaps = list(_gaps(result))
    told = tuple(sentence for sentence, _ in gaps)
    if result.success:
        in_part = ExitCode.READ_IN_PART if any(is_missing for _, is_missing in gaps) else ExitCode.OK
        return RunOutcome(ExitCode.STAGE_FAILED if unread else in_part, unread, result.run_id, told)
    failures = [event for event in result.all_events if event.is_step_failure]
    messages = tuple(_message(event, home) for event in failures) or tuple(
        _why_not_started(event, home) for event in result.all_events if event.is_failure
    )
    untold = tuple(cause for cause in unread if not any(cause in message for message in messages))
    audited = any(_is_data_failure(event) for event in failures)
    return RunOutcome(
        ExitCode.DATA_FAILED_AUDIT if audited else ExitCode.STAGE_FAILED, untold + messages, result.run_id, told
    )


def _gaps(result: dg.ExecuteInProcessResult) -> Iterator[tuple[str, bool]]:
    """What sources could not read although they read the rest, and whether figures are missing for it."""
    from ingestion.registry import SOURCES
    from orchestration.assets.ingest import GAPS

    for event in result.all_events:
        if not event.is_step_materialization or event.asset_key is None:
            continue
        found = event.step_materialization_data.materialization.metadata.get(GAPS)
        for gap in found.data if isinstance(found, dg.JsonMetadataValue) and isinstance(found.data, list) else ():
            yield f"{SOURCES[event.asset_key.path[0]].title}: {gap['sentence']}", gap["is_missing"]


def _is_unread(check: dg.AssetCheckEvaluation) -> bool:
    from orchestration.assets.ingest import LOADED

    return check.check_name == LOADED and not check.passed


def _message(event: dg.DagsterEvent, home: Path) -> str:
    data = event.step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        return data.user_failure_data.description
    return f"{event.step_key}: {_explained(data.error, home) or event.message}"


def _why_not_started(event: dg.DagsterEvent, home: Path) -> str:
    """Before the first step: another process holds the warehouse, or a file of it."""
    data = event.event_specific_data
    error = data.error if isinstance(data, JobFailureData) else None
    return _explained(error, home) or event.message or "the run could not start"


def _explained(error: SerializableErrorInfo | None, home: Path) -> str | None:
    """What the outermost error says that is not Dagster's own, without its class; or that the disk is full."""
    chain = list(_chain(error))
    if not chain:
        return None
    full = full_disk("\n".join(link.message for link in chain), home)
    told = next((link for link in chain if not (link.cls_name or "").startswith("Dagster")), chain[-1])
    return str(full or told.message.strip().split(f"{told.cls_name}: ", 1)[-1])


def _chain(error: SerializableErrorInfo | None) -> Iterator[SerializableErrorInfo]:
    while error is not None:
        yield error
        error = error.cause


def _is_data_failure(event: dg.DagsterEvent) -> bool:
    user = event.step_failure_data.user_failure_data
    return bool(user and DATA_FAILED in user.metadata)
