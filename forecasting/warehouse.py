"""Reads the history from the warehouse file and writes a run's tables back: the one module that knows a database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl

from forecasting.config import ForecastConfig
from forecasting.methods.holiday_calendar import countries_of
from forecasting.tables import TABLES
from forecasting.tasks.sales import ForecastResult, run_forecast
from shophouse.ddl import create_or_extend, describe, stored_columns

SCHEMA = "forecast"
HISTORY = "forecasting.series_sales_daily"
STORES = "marts.dim_store"


def create_tables(database: Path) -> None:
    """Creates the forecast schema with its tables, empty, so that models built on them never miss one.

    Tables that exist keep their rows; columns that an earlier version did not have are added, null, those that it never
    left empty may be null where they may now, and comments become those of :mod:`forecasting.tables`.

    Args:
        database: DuckDB file; nobody else may have it open.
    """
    with duckdb.connect(database) as connection:
        connection.execute("begin")
        connection.execute(f"create schema if not exists {SCHEMA}")
        stored = stored_columns(connection, SCHEMA)
        for name, table in TABLES.items():
            create_or_extend(connection, SCHEMA, table, stored.get(name))
            describe(connection, SCHEMA, table)
        _allow_nulls(connection)
        connection.execute("commit")


def _allow_nulls(connection: duckdb.DuckDBPyConnection) -> None:
    filled = connection.execute(
        "select table_name, column_name from duckdb_columns() "
        "where schema_name = ? and database_name = current_database() and not is_nullable",
        [SCHEMA],
    ).fetchall()
    for name, column in filled:
        if name in TABLES and TABLES[name].schema.field(column).nullable:
            connection.execute(f'alter table {SCHEMA}.{name} alter column "{column}" drop not null')


def forecast_warehouse(
    database: Path,
    *,
    as_of: datetime,
    config: ForecastConfig,
    progress: Callable[[str], None] = lambda message: None,
) -> dict[str, int]:
    """Forecasts the warehouse's series and stores the run.

    Runs of earlier moments stay, so that what was forecast then can be held against what came; a run of the same moment
    replaces the one before, whose data or settings were others.

    Args:
        database: DuckDB file that holds ``forecasting.series_sales_daily`` and ``marts.dim_store``, whose time zones
            say which public holidays count; nobody else may have it open.
        as_of: the run's instant (UTC).
        config: settings.
        progress: told what is being done.

    Returns:
        rows of this run per table.

    Raises:
        PanelError: the history has duplicate or null rows.
        duckdb.Error: the file is locked or lacks the history.
    """
    create_tables(database)
    with duckdb.connect(database, read_only=True) as connection:
        history = connection.sql(f"select measure, level, series_id, date, value, is_complete_day from {HISTORY}").pl()
        timezones = connection.sql(f"select distinct timezone from {STORES}").pl()["timezone"]
    result = run_forecast(
        history.drop("is_complete_day"),
        as_of=as_of,
        last_complete_date=_last_complete_date(history, as_of),
        config=config,
        countries=countries_of(timezones),
        progress=progress,
    )
    _write(database, result)
    return {name: frame.height for name, frame in result.tables().items()}


def _last_complete_date(history: pl.DataFrame, as_of: datetime) -> date:
    """The last day that no series holds as partial; the day before ``as_of`` where every row is complete."""
    partial = history.filter(~pl.col("is_complete_day"))["date"].min()
    yesterday = as_of.date() - timedelta(days=1)
    return min(partial - timedelta(days=1), yesterday) if isinstance(partial, date) else yesterday


def _write(database: Path, result: ForecastResult) -> None:
    with duckdb.connect(database) as connection:
        connection.execute("begin")
        same = connection.execute(
            f"select list(run_id) from {SCHEMA}.forecast_run where as_of = ?", [result.forecast_run["as_of"].item()]
        ).fetchall()[0]
        for name, frame in result.tables().items():
            connection.register("incoming", frame.to_arrow())
            connection.execute(f"delete from {SCHEMA}.{name} where list_contains(?, run_id)", same)
            connection.execute(f"insert into {SCHEMA}.{name} by name select * from incoming")
            connection.unregister("incoming")
        connection.execute("commit")
