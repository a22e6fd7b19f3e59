"""Data that fails its audit: the run says which table failed which test, and nothing of it is published, then or later."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pytest

from orchestration.runs.outcome import ExitCode
from tests.end_to_end.home import RUN_SETTINGS, Home

pytestmark = pytest.mark.slow

TABLE = "stg_shopify__customers"
LOAD = "a load that went wrong"
CORRECTIONS = "select count(*) from marts.fct_sales_ledger where entry_type = 'correction'"


def test_data_that_fails_its_audit_is_not_published(finished: Home, tmp_path: Path) -> None:
    """Exit code 3 with the table and the test; the last good publication stays byte for byte; the status tells of it."""
    home = finished.copy(tmp_path / "home")
    published = _published_files(home)
    with duckdb.connect(home.settings.raw_db) as connection:
        connection.execute(
            f"insert into shopify.customers select * replace ('{LOAD}' as _dlt_load_id) from shopify.customers limit 1"
        )

    done = home.shophouse("run", environment=RUN_SETTINGS)
    assert done.returncode == ExitCode.DATA_FAILED_AUDIT, done.stdout + done.stderr
    assert "the data failed its audit; the last good publication stays" in done.stderr
    assert f"{TABLE}: unique_combination" in done.stderr
    assert _published_files(home) == published

    status = home.shophouse("status", environment=RUN_SETTINGS)
    assert status.returncode == ExitCode.OK
    assert f"{TABLE}: unique_combination" in status.stdout
    assert f"{home.settings.published_db.name}, as of {home.published_as_of()}" in status.stdout

    # A run that does not test the tables again asks for the last verdict on them.
    later = home.shophouse("run", "--select", "key:published/shophouse", environment=RUN_SETTINGS)
    assert later.returncode == ExitCode.DATA_FAILED_AUDIT, later.stdout + later.stderr
    assert "the warehouse has not passed its audit; the last good publication stays" in later.stderr
    assert f"{TABLE}: unique_combination" in later.stderr
    assert _published_files(home) == published

    _what_was_not_published_is_no_history(home)


def _what_was_not_published_is_no_history(home: Home) -> None:
    """The failed run's postings are taken back: once the data are right, nothing is corrected."""
    with duckdb.connect(home.settings.published_db, read_only=True) as connection:
        before = connection.execute(CORRECTIONS).fetchall()
    with duckdb.connect(home.settings.raw_db) as connection:
        connection.execute(f"delete from shopify.customers where _dlt_load_id = '{LOAD}'")
    cured = home.shophouse("run", environment=RUN_SETTINGS)
    assert cured.returncode == ExitCode.OK, cured.stdout + cured.stderr
    with duckdb.connect(home.settings.published_db, read_only=True) as connection:
        assert connection.execute(CORRECTIONS).fetchall() == before


def _published_files(home: Home) -> dict[str, str]:
    folder = home.settings.published_db.parent
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
