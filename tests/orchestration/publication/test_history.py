"""What no publication has carried is taken back before the next run adds to it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.publication.history import HISTORIES, restore_histories
from shophouse.database_file import ensure_database
from shophouse.settings import Settings

LEDGER, FINDINGS = HISTORIES


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A state folder whose warehouse has posted twice, and built a table that has no history."""
    settings = Settings(home=tmp_path)
    for database in (settings.build_db, settings.warehouse_db):
        ensure_database(database)
    _write(
        settings.warehouse_db, "create schema marts", "create schema audit", "create table marts.dim_store as select 1"
    )
    _write(settings.warehouse_db, f"create table {LEDGER} as select * from (values (1), (2)) as t(posting)")
    _write(settings.warehouse_db, f"create table {FINDINGS} as select 1 as finding")
    return settings


def test_a_history_goes_back_to_what_was_published(settings: Settings) -> None:
    settings.published_db.parent.mkdir()
    ensure_database(settings.published_db)
    _write(settings.published_db, "create schema marts", f"create table {LEDGER} as select 1 as posting")
    restore_histories(settings)
    assert _read(settings.warehouse_db, f"from {LEDGER}") == [(1,)]
    assert _tables(settings) == {LEDGER, "marts.dim_store"}


def test_what_was_never_published_leaves_no_history(settings: Settings) -> None:
    restore_histories(settings)
    assert _tables(settings) == {"marts.dim_store"}


def test_the_builds_of_a_history_are_forgotten(settings: Settings) -> None:
    """A later run that leaves the ledger out of its selection must not take its old content for the restored one."""
    built = """values ('"shophouse"."marts"."fct_sales_ledger"'), ('"shophouse"."marts"."dim_store"')"""
    _write(settings.build_db, "create schema state", f"create table state.builds as from ({built}) as t(relation)")
    restore_histories(settings)
    assert _read(settings.build_db, "from state.builds") == [('"shophouse"."marts"."dim_store"',)]


def test_a_new_state_folder_has_nothing_to_restore(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "new")
    restore_histories(settings)
    assert not settings.home.exists()


def _tables(settings: Settings) -> set[str]:
    found = _read(settings.warehouse_db, "select schema_name || '.' || table_name from duckdb_tables()")
    return {name for (name,) in found}


def _read(database: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(database, read_only=True) as connection:
        return connection.execute(query).fetchall()


def _write(database: Path, *statements: str) -> None:
    with duckdb.connect(database) as connection:
        for statement in statements:
            connection.execute(statement)
