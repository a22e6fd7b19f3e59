"""Spark makes of the same raw data the tables that DuckDB makes, row for row."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest

from shophouse.settings import PROJECT_ROOT
from tests.golden.load import DAYS
from tests.golden.pipeline import AS_OF, GoldenHome
from tests.support.once import once
from tests.toy_shop import shop

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark runs on Java, which is not here"),
    pytest.mark.skipif(find_spec("pyspark") is None, reason="Spark is not here: uv sync --group dev --group spark"),
]

_BUILT = {DAYS[0]: "+fct_sales_ledger", DAYS[1]: "fqn:*"}
"""On the first day only what has a past, and what that is made of."""

_RATES = "from_currency,to_currency,valid_from,rate\nGBP,USD,2026-01-01,1.50\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> GoldenHome:
    """Two days of the golden merchant, who has a toy shop too, built on both engines."""
    folder = once(tmp_path_factory, "spark", _make)
    return GoldenHome(folder, folder / "dbt_project")


def _make(folder: Path) -> None:
    home = GoldenHome(folder, shop.project(folder / "dbt_project"))
    inbox = home.settings(DAYS[0]).inbox
    inbox.mkdir()
    (inbox / "exchange_rates-toy_shop.csv").write_text(_RATES, encoding="utf-8")
    for day in DAYS:
        home.load(day)
        if day == DAYS[0]:
            shop.load(home.settings(day))
        home.build(day, only="fct_sales_ledger" if day == DAYS[0] else "")
        parquet = folder / "parquet" / day
        parquet.mkdir(parents=True)
        home.dbt(day, "run-operation", "copy_raw", "--args", f"{{to: {parquet}}}")
    _build_on_spark(home)


def _build_on_spark(home: GoldenHome) -> None:
    days = [part for day in DAYS for part in (day, AS_OF[day].isoformat(), _BUILT[day])]
    command = [sys.executable, "-m", "tests.spark.build", str(home.project), *days]
    environment = os.environ | {"SHOPHOUSE_HOME": str(home.folder)}
    done = subprocess.run(command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def both(home: GoldenHome) -> Iterator[duckdb.DuckDBPyConnection]:
    """What DuckDB built, attached; Spark's instants are read as UTC."""
    settings = home.settings(DAYS[-1])
    with duckdb.connect() as connection:
        connection.execute("load icu")
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach '{settings.build_db}' as build (read_only)")
        connection.execute(f"attach '{settings.warehouse_db}' as shophouse (read_only)")
        yield connection


def test_every_table_is_the_same(home: GoldenHome, both: duckdb.DuckDBPyConnection) -> None:
    """But for the sources' own (`forecast`) and what DuckDB's builds remember of themselves (`state`)."""
    tables = both.execute(
        """
        select table_catalog, table_schema, table_name
        from information_schema.tables
        where (table_type = 'BASE TABLE' or table_catalog = 'shophouse') and table_schema not in ('forecast', 'main', 'state')
        order by all
        """
    ).fetchall()

    different = {".".join(table): rows for table in tables if (rows := _rows_of_one_engine(home, both, *table))}

    assert len(tables) > 90
    assert different == {}


def _rows_of_one_engine(
    home: GoldenHome, both: duckdb.DuckDBPyConnection, database: str, schema: str, name: str
) -> list[tuple[object, ...]]:
    """Some rows, as often as one engine has them and the other has not; the first column says which."""
    ours = both.sql(f"from {database}.{schema}.{name}")
    typed = ", ".join(
        f"cast({column} as {type_}) as {column}" for column, type_ in zip(ours.columns, ours.types, strict=True)
    )
    folder = home.folder / "spark" / f"{schema}.db" / name
    # A partitioned table without a row has no file.
    has_rows = next(folder.rglob("*.parquet"), None) is not None
    theirs = (
        f"(select {typed} from read_parquet('{folder}/**/*.parquet'))"
        if has_rows
        else f"(from {database}.{schema}.{name} limit 0)"
    )
    return both.execute(
        f"""
        (select 'duckdb', * from (from {database}.{schema}.{name} except all from {theirs}) limit 3)
        union all
        (select 'spark', * from (from {theirs} except all from {database}.{schema}.{name}) limit 3)
        """
    ).fetchall()


def test_the_ledger_was_corrected_on_the_second_day(both: duckdb.DuckDBPyConnection) -> None:
    """So that what is said of it is said of a ledger with a past."""
    corrections = both.execute(
        "select count(*) from shophouse.marts.fct_sales_ledger where entry_type = 'correction'"
    ).fetchone()

    assert corrections is not None
    assert corrections[0] > 0
