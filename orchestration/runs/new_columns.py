"""Columns that a run found in its sources and that no contract knows, from what the run told Dagster."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg

from ingestion.registry import SOURCES
from orchestration.runs.instance import open_instance
from shophouse.settings import Settings

_METADATA = "new_columns"


def new_columns(settings: Settings, run_id: str) -> tuple[str, ...]:
    """A sentence for every table in which a run found new columns.

    Args:
        settings: the state folder.
        run_id: Dagster's id of the run.

    Returns:
        Such as ``Shopify: orders has new columns a, b``; in the order of the loads.
    """
    with open_instance(settings) as instance:
        logs = instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
        return tuple(_sentences(entry.dagster_event for entry in logs if entry.dagster_event))


def _sentences(events: Iterator[dg.DagsterEvent]) -> Iterator[str]:
    for event in events:
        found = event.step_materialization_data.materialization.metadata.get(_METADATA)
        key = event.asset_key
        if isinstance(found, dg.JsonMetadataValue) and isinstance(found.data, list) and key:
            source, table = key.path
            columns = "new columns" if len(found.data) > 1 else "the new column"
            yield f"{SOURCES[source].title}: {table} has {columns} {', '.join(map(str, found.data))}"
