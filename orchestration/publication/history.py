"""Tables with a history: what no publication has carried is not history."""

from __future__ import annotations

from pathlib import Path

import duckdb

from shophouse.settings import Settings
from shophouse.state_version import number_ledger_keys

HISTORIES = ("marts.fct_sales_ledger", "audit.findings")
"""Tables that grow from run to run; every other one is made anew."""

_BUILDS = "state.builds"
"""Where it is kept what each table was made of."""


def restore_histories(settings: Settings) -> None:
    """Puts every table with a history back to what was published last, and away where nothing was published.

    A run whose audit failed, or that was killed, has posted what nobody has read. Were it taken for history, the next
    run would have to correct it, and a shop's past would stand on the day of that run.

    Args:
        settings: the state folder; nobody else may write it.
    """
    if not settings.warehouse_db.exists():
        return
    with duckdb.connect(settings.warehouse_db) as connection:
        carried = _attach_published(connection, settings.published_db)
        for table in HISTORIES:
            connection.execute(f"drop table if exists {table}")
            if table in carried:
                connection.execute(f"create table {table} as from published.{table}")
    # An earlier version may have published it.
    number_ledger_keys(settings.warehouse_db)
    _forget_builds(settings.build_db)


def _attach_published(connection: duckdb.DuckDBPyConnection, published: Path) -> set[str]:
    """The tables that the last publication holds."""
    if not published.exists():
        return set()
    file = published.as_posix().replace("'", "''")
    connection.execute(f"attach '{file}' as published (read_only)")
    found = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where database_name = 'published'"
    ).fetchall()
    return {name for (name,) in found}


def _forget_builds(build_db: Path) -> None:
    """What is kept of their content is that of the tables as they were."""
    if not build_db.exists():
        return
    with duckdb.connect(build_db) as connection:
        known = connection.execute(
            "select 1 from duckdb_tables() where schema_name || '.' || table_name = ?", [_BUILDS]
        ).fetchone()
        for table in HISTORIES if known else ():
            schema, name = table.split(".")
            connection.execute(f"delete from {_BUILDS} where ends_with(relation, ?)", [f'"{schema}"."{name}"'])
