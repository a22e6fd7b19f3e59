"""How DuckDB joins: a join of each row with each is quick on a demo and takes hours on a shop of a million orders."""

from __future__ import annotations

import duckdb
import pytest

from tests.dbt.conftest import DbtHome, Models

ROW_BY_ROW = "BLOCKWISE_NL_JOIN"
"""DuckDB's name of the join that is left where no part of the condition is an equality it can hash."""

SMALL = {
    "dim_geography": "places by country, one country of them by region",
    "int_calendar_events": "rules of holidays by year",
    "int_location_aliases": "names that a store's files have for its locations",
    "unreconciled_days": "a limit for each source, and one for any",
}
"""Models that join small tables row by row, and what is in them."""


@pytest.mark.slow
def test_large_tables_are_joined_by_what_can_be_hashed(dbt_home: DbtHome, built_models: Models) -> None:
    row_by_row = set()
    settings = dbt_home.settings
    with duckdb.connect(settings.build_db, read_only=True) as build:
        for database in (settings.raw_db, settings.warehouse_db):
            build.execute(f"attach '{database}' as {database.stem} (read_only)")
        for name, node in built_models.items():
            if node["config"]["materialized"] in ("table", "incremental", "view"):
                plan = build.execute(f"explain {node['compiled_code']}").fetchall()[0][1]
                row_by_row |= {name} if ROW_BY_ROW in plan else set()

    assert row_by_row == set(SMALL)
