"""Private parts of dlt, which an upgrade may move: here and nowhere else, and a test names each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dlt.common.destination import DestinationCapabilitiesContext
from dlt.common.destination.client import (
    FollowupJobRequest,
    HasFollowupJobs,
    LoadJob,
    LoadJobInfo,
    PreparedTableSchema,
    RunnableLoadJob,
)
from dlt.common.versioned_state import decompress_state
from dlt.destinations import duckdb as duckdb_destination
from dlt.destinations.impl.duckdb.duck import DuckDbClient

from ingestion.load.landing import Landing

CHECKPOINT_THRESHOLD = "16MB"
"""A commit of this size goes into the file at once, a smaller one into the log first (DuckDB's own default)."""


def cursors(state: str) -> dict[str, Any]:
    """A source's cursors out of the state that dlt has stored.

    Args:
        state: a row of ``_dlt_pipeline_state``.

    Returns:
        state by source.
    """
    sources: dict[str, Any] = decompress_state(state).get("sources", {})
    return sources


class _NotedFile(RunnableLoadJob, HasFollowupJobs):
    """dlt's job for one Parquet file: it is written when the whole load is."""

    def __init__(self, file_path: str, landing: Landing) -> None:
        super().__init__(file_path)
        self._landing = landing

    def run(self) -> None:
        started = Path(self._file_path)
        completed = started.parent.with_name("completed_jobs") / started.name
        self._landing.files.setdefault(self.load_table_name, []).append(completed)


def destination(path: Path, landing: Landing) -> duckdb_destination:
    """dlt's DuckDB destination with this load's commit."""

    class Client(DuckDbClient):
        def create_load_job(
            self, table: PreparedTableSchema, file_path: str, load_id: str, restore: bool = False
        ) -> LoadJob:
            return _NotedFile(file_path, landing)

        def create_table_chain_completed_followup_jobs(
            self,
            table_chain: Sequence[PreparedTableSchema],
            completed_table_chain_jobs: Sequence[LoadJobInfo] | None = None,
        ) -> list[FollowupJobRequest]:
            return []

        def complete_load(self, load_id: str) -> None:
            with self.sql_client.begin_transaction():
                # dlt lets a gigabyte pile up in the log: every row would be written there, and to the file later.
                self.sql_client.native_connection.execute(f"set checkpoint_threshold = '{CHECKPOINT_THRESHOLD}'")
                landing.write(self.sql_client.native_connection)
                super().complete_load(load_id)

    class RawDuckDb(duckdb_destination):
        def _raw_capabilities(self) -> DestinationCapabilitiesContext:
            capabilities = super()._raw_capabilities()
            # dlt's own state rows too: one format for everything that the commit reads.
            capabilities.preferred_loader_file_format = "parquet"
            return capabilities

        @property
        def client_class(self) -> type[DuckDbClient]:
            return Client

    return RawDuckDb(path.as_posix(), destination_name="raw")
