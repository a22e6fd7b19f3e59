"""What the project uses of dlt that is private to it: an upgrade that moves it fails here, by name."""

from __future__ import annotations

import inspect
from pathlib import Path

from dlt.common.destination.client import HasFollowupJobs, RunnableLoadJob
from dlt.common.versioned_state import compress_state
from dlt.destinations import duckdb as duckdb_destination
from dlt.destinations.impl.duckdb.duck import DuckDbClient

from ingestion.load.seams import cursors
from shophouse.settings import PROJECT_ROOT


def _parameters(method: object) -> list[str]:
    return list(inspect.signature(method).parameters)[1:]  # type: ignore[arg-type]


def test_the_client_of_duckdb_is_asked_for_jobs_and_told_of_the_end() -> None:
    assert _parameters(DuckDbClient.create_load_job) == ["table", "file_path", "load_id", "restore"]
    followed = DuckDbClient.create_table_chain_completed_followup_jobs
    assert _parameters(followed) == ["table_chain", "completed_table_chain_jobs"]
    assert _parameters(DuckDbClient.complete_load) == ["load_id"]


def test_a_job_knows_its_file_and_table() -> None:
    job = type("Job", (RunnableLoadJob, HasFollowupJobs), {"run": lambda self: None})("/folder/orders.0a1b2c.0.parquet")
    assert job._file_path == "/folder/orders.0a1b2c.0.parquet"
    assert "load_table_name" in dir(job)


def test_the_destination_tells_its_capabilities_and_its_client() -> None:
    assert issubclass(duckdb_destination().client_class, DuckDbClient)
    assert duckdb_destination()._raw_capabilities().preferred_loader_file_format


def test_the_stored_state_is_read() -> None:
    assert cursors(compress_state({"sources": {"shopify": {"orders": "2026"}}})) == {"shopify": {"orders": "2026"}}  # type: ignore[typeddict-item]


def test_nothing_else_names_its_private_parts() -> None:
    folders = ("shophouse", "ingestion", "demo", "forecasting", "orchestration")
    private = ("dlt.destinations.impl", "dlt.common.destination", "dlt.common.versioned_state")
    found = {
        str(file.relative_to(PROJECT_ROOT))
        for folder in folders
        for file in Path(PROJECT_ROOT, folder).rglob("*.py")
        if any(f"from {part}" in file.read_text() for part in private)
    }
    assert found == {"ingestion/load/seams.py"}
