"""``shophouse run --select``: a part of the job, and nothing of it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ingestion.registry import SOURCES
from orchestration.runs.outcome import ExitCode
from tests.end_to_end.home import RUN_SETTINGS, Home

pytestmark = pytest.mark.slow


ASKED_FOR = {"ecb"}
"""Sources that nothing is read of where no setting asks for it."""


def test_a_selection_runs_what_it_names_and_no_more(ingested: Home) -> None:
    """The raw tables' groups: every source is loaded, and no model, forecast or publication is made."""
    assert _filled_schemas(ingested.settings.raw_db) >= SOURCES.keys() - ASKED_FOR
    assert _filled_schemas(ingested.settings.warehouse_db) == set()
    assert not ingested.settings.published_db.exists()


def test_a_selection_of_nothing_is_wrong_usage(ingested: Home) -> None:
    """Exit code 2, and the message repeats the selection and says what it lacks, or what may be meant."""
    done = ingested.shophouse("run", "--select", "key:marts/fct_profit", environment=RUN_SETTINGS)
    assert done.returncode == ExitCode.WRONG_USAGE, done.stdout + done.stderr
    assert "--select 'key:marts/fct_profit' names nothing of the job" in " ".join(done.stderr.split())


def _filled_schemas(database: Path) -> set[str]:
    """Schemas with a table that has rows; none where there is no database."""
    if not database.exists():
        return set()
    with duckdb.connect(database, read_only=True) as connection:
        rows = connection.execute(
            "select distinct schema_name from duckdb_tables() where estimated_size > 0"
        ).fetchall()
    return {str(row[0]) for row in rows}
