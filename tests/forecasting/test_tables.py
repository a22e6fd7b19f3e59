"""What a reader of the file learns about the forecast tables."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from forecasting.tables import TABLES
from forecasting.warehouse import SCHEMA, create_tables
from shophouse.tables import Table

_TABLE_COMMENTS = "select table_name, comment from duckdb_tables() where schema_name = ?"
_COLUMN_COMMENTS = "select table_name, column_name, comment from duckdb_columns() where schema_name = ?"
_TABLES = {name: table.description for name, table in TABLES.items()}
_COLUMNS = {(name, column.name): column.description for name, table in TABLES.items() for column in table.columns}


def _comments(database: Path) -> tuple[dict[str, str | None], dict[tuple[str, str], str | None]]:
    with duckdb.connect(database, read_only=True) as connection:
        tables = connection.execute(_TABLE_COMMENTS, [SCHEMA]).fetchall()
        columns = connection.execute(_COLUMN_COMMENTS, [SCHEMA]).fetchall()
    return dict(tables), {(table, column): comment for table, column, comment in columns}


def test_every_table_and_column_of_the_file_has_its_comment(tmp_path: Path) -> None:
    database = tmp_path / "shophouse.duckdb"
    create_tables(database)
    assert _comments(database) == (_TABLES, _COLUMNS)


def test_tables_that_exist_get_their_comments_and_keep_their_rows(tmp_path: Path) -> None:
    database = tmp_path / "shophouse.duckdb"
    create_tables(database)
    with duckdb.connect(database) as connection:
        connection.execute(f"insert into {SCHEMA}.forecast_run (run_id) values ('earlier')")
        connection.execute(f"comment on table {SCHEMA}.forecast_run is null")
        connection.execute(f"comment on column {SCHEMA}.forecast_run.seed is 'an older text'")
    create_tables(database)
    assert _comments(database) == (_TABLES, _COLUMNS)
    with duckdb.connect(database, read_only=True) as connection:
        assert connection.execute(f"select run_id from {SCHEMA}.forecast_run").fetchall() == [("earlier",)]


def test_tables_of_an_earlier_version_get_the_columns_they_lack(tmp_path: Path) -> None:
    database = tmp_path / "shophouse.duckdb"
    create_tables(database)
    with duckdb.connect(database) as connection:
        connection.execute(
            f"insert into {SCHEMA}.fct_forecast_cumulative "
            "(run_id, measure, level, series_id, model, horizon_days, coverage_80) "
            "values ('earlier', 'units', 'total', 'total', 'AutoETS', 30, 0.8)"
        )
        connection.execute(f"alter table {SCHEMA}.fct_forecast_cumulative drop coverage_80")
    create_tables(database)
    assert _comments(database) == (_TABLES, _COLUMNS)
    with duckdb.connect(database, read_only=True) as connection:
        rows = connection.sql(f"select run_id, coverage_80 from {SCHEMA}.fct_forecast_cumulative")
        assert [str(kind) for kind in rows.types] == ["VARCHAR", "DOUBLE"]
        assert rows.fetchall() == [("earlier", None)]


def test_a_series_without_a_forecast_has_a_row_in_a_table_of_an_earlier_version(tmp_path: Path) -> None:
    """The model was part of the key of the sums, and never null."""
    database = tmp_path / "shophouse.duckdb"
    create_tables(database)
    with duckdb.connect(database) as connection:
        connection.execute(f"alter table {SCHEMA}.fct_forecast_cumulative alter column model set not null")
    create_tables(database)
    with duckdb.connect(database) as connection:
        connection.execute(
            f"insert into {SCHEMA}.fct_forecast_cumulative (run_id, measure, level, series_id, horizon_days, status) "
            "values ('run', 'units', 'channel', 'retail', 30, 'not_forecast_yet')"
        )


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
def test_every_table_says_its_grain_and_every_column_its_meaning(table: Table) -> None:
    assert table.description.startswith("One row per ")
    assert [column.name for column in table.columns if not column.description.endswith(".")] == []
