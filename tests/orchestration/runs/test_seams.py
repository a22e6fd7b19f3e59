"""What the project uses of Dagster that is private to it: an upgrade that moves it fails here, by name."""

from __future__ import annotations

import inspect
from pathlib import Path

import dagster as dg
import pytest

from orchestration.runs import seams
from orchestration.runs.run_history import OpenEventLog, RunHistory
from shophouse.settings import PROJECT_ROOT

TABLE = dg.AssetKey(["vendor", "orders"])


@pytest.mark.parametrize("name", sorted(seams.__all__))
def test_it_is_there(name: str) -> None:
    assert getattr(seams, name) is not None


def test_an_output_with_the_mark_of_observations_is_not_recorded() -> None:
    @dg.asset(key=TABLE)
    def orders() -> dg.MaterializeResult:
        return dg.MaterializeResult(metadata={seams.SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION: True})

    result = dg.materialize([orders])
    assert result.success and result.asset_materializations_for_node("vendor__orders") == []


def test_the_event_log_asks_for_its_connections_by_shard(tmp_path: Path) -> None:
    """`_connect` is replaced, so every way to a database must lead through it, and its parts must be there."""
    assert list(inspect.signature(seams.SqliteEventLogStorage._connect).parameters) == ["self", "shard"]
    through = (seams.SqliteEventLogStorage.run_connection, seams.SqliteEventLogStorage.index_connection)
    assert all("self._connect(" in inspect.getsource(way) for way in through)
    log = OpenEventLog(str(tmp_path))
    assert log._initialized_dbs and log._db_lock and log.conn_string_for_shard("run").endswith("run.db")
    log.dispose()


def test_the_storage_has_an_event_log_to_put_another_in_place_of(tmp_path: Path) -> None:
    assert isinstance(RunHistory(str(tmp_path))._event_log_storage, OpenEventLog)
    assert "_event_log_storage" in inspect.getsource(seams.DagsterSqliteStorage.event_log_storage.fget)  # type: ignore[attr-defined]


def test_a_failure_tells_its_chain_of_errors() -> None:
    assert {"message", "cls_name", "cause"} <= set(seams.SerializableErrorInfo._fields)
    assert "error" in seams.JobFailureData._fields


def test_nothing_else_names_its_private_parts() -> None:
    folders = ("shophouse", "ingestion", "demo", "forecasting", "orchestration")
    files = [file for folder in folders for file in Path(PROJECT_ROOT, folder).rglob("*.py")]
    found = {str(file.relative_to(PROJECT_ROOT)) for file in files if "from dagster._" in file.read_text()}
    assert found == {"orchestration/runs/seams.py"}
