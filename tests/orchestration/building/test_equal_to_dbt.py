"""What is built from the plan is what ``dbt build`` makes: relations, columns, types, descriptions and rows."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from forecasting.warehouse import create_tables
from shophouse.settings import Settings
from tests.golden.load import DAYS
from tests.golden.pipeline import AS_OF, GoldenHome
from tests.support.dbt_runs import run_dbt

pytestmark = pytest.mark.slow

_RELATIONS = """
    select schema_name, table_name, comment, 'table' from duckdb_tables() where database_name = current_database()
    union all
    select schema_name, view_name, comment, 'view' from duckdb_views()
    where database_name = current_database() and not internal
"""
_COLUMNS = """
    select schema_name, table_name, column_name, column_index, data_type, comment from duckdb_columns()
    where database_name = current_database() and not internal
"""
Rows = set[tuple[object, ...]]


def test_two_days_of_the_golden_merchant(tmp_path: Path) -> None:
    """The second day adds to the tables with a history, in the one way and in the other."""
    ours, dbts = GoldenHome(tmp_path / "ours"), GoldenHome(tmp_path / "dbts")
    for day in DAYS:
        ours.load(day)
        dbts.folder.mkdir(exist_ok=True)
        shutil.copy(ours.settings(day).raw_db, dbts.settings(day).raw_db)
        create_tables(dbts.settings(day).warehouse_db)
        ours.build(day)
        options = ["--exclude-resource-type", "unit_test", "--exclude-resource-type", "test"]
        run_dbt(dbts.folder, dbts.project, AS_OF[day], "build", *options)
    (our_relations, our_rows), (its_relations, its_rows) = _content(ours.settings(day)), _content(dbts.settings(day))
    assert our_relations == its_relations
    assert our_rows == its_rows


def _content(settings: Settings) -> tuple[Rows, dict[str, tuple[object, ...]]]:
    """Relations and columns as they are described, and number and hash of each relation's rows."""
    relations: Rows = set()
    rows: dict[str, tuple[object, ...]] = {}
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        for file in (settings.raw_db, settings.build_db, settings.warehouse_db):
            connection.execute(f"attach '{file}' as {file.stem} (read_only)")
        for database in (settings.build_db.stem, settings.warehouse_db.stem):
            connection.execute(f"use {database}")
            # `state` is what the plan's builds remember.
            found = [row for row in connection.execute(_RELATIONS).fetchall() if row[0] != "state"]
            relations |= set(found)
            relations |= {row for row in connection.execute(_COLUMNS).fetchall() if row[0] != "state"}
            for schema, name, *_ in found:
                query = f'select count(*), sum(cast(hash(stored) as hugeint)) from "{schema}"."{name}" as stored'
                rows[f"{database}.{schema}.{name}"] = connection.execute(query).fetchall()[0]
    return relations, rows
