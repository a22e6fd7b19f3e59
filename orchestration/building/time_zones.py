"""The shops' time zones as constants of a macro: for a zone out of a column DuckDB makes a calendar for every row."""

from __future__ import annotations

import duckdb

from orchestration.building.plan import Relation

_MACRO = "build.state.local_timestamp(instant, zone)"
_INSTANT = "make_timestamptz(epoch_us(instant))"


def prepare_time_zones(connection: duckdb.DuckDBPyConnection) -> None:
    """Has the macro that models ask for the time on a zone's clock, whatever the zone."""
    connection.execute("create schema if not exists build.state")
    connection.execute(f"create macro if not exists {_MACRO} as timezone(zone, {_INSTANT})")


def know_time_zones(stores: Relation, cursor: duckdb.DuckDBPyConnection) -> None:
    """Gives the macro the zones of the stores, where there are any.

    Args:
        stores: table with a column ``timezone``; it may not be there yet.
        cursor: to the build database.
    """
    is_there = cursor.execute(
        "select 1 from duckdb_tables() where database_name = ? and schema_name = ? and table_name = ?",
        [stores.database, stores.schema, stores.name],
    ).fetchall()
    if not is_there:
        return
    found = cursor.execute(f"select distinct timezone from {stores} where timezone is not null order by 1").fetchall()
    zones = [str(zone).replace("'", "''") for (zone,) in found]
    if zones:
        cases = " ".join(f"when '{zone}' then timezone('{zone}', {_INSTANT})" for zone in zones)
        cursor.execute(f"create or replace macro {_MACRO} as case zone {cases} else timezone(zone, {_INSTANT}) end")
