"""New database files are in the project's storage format; files that are there stay as they are."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ingestion.load.raw_db import open_raw
from shophouse.database_file import STORAGE_VERSION, ensure_database
from shophouse.settings import Settings


def _storage_version(path: Path) -> str:
    with duckdb.connect(path, read_only=True) as connection:
        query = "select tags['storage_version'] from duckdb_databases() where database_name = current_database()"
        row = connection.execute(query).fetchone()
    assert row
    return str(row[0])


def test_a_new_file_has_the_format(tmp_path: Path) -> None:
    path = tmp_path / "the merchant's.duckdb"
    ensure_database(path)
    assert _storage_version(path).startswith(STORAGE_VERSION)


def test_raw_has_the_format_from_its_first_connection(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with open_raw(settings, "shopify"):
        pass
    assert _storage_version(settings.raw_db).startswith(STORAGE_VERSION)


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "old.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("create table kept as select 1 as id")
    ensure_database(path)
    with duckdb.connect(path, read_only=True) as connection:
        assert connection.execute("select id from kept").fetchone() == (1,)
    assert not _storage_version(path).startswith(STORAGE_VERSION)
