"""Declared tables in DuckDB: what is there stays when a declaration grows."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pyarrow as pa

from shophouse.ddl import widen
from shophouse.tables import Column, Table


def test_whole_numbers_become_decimals_where_parts_are_declared() -> None:
    declared = Table(
        "sold", "One row per sale.", (Column("quantity", pa.decimal128(18, 4)), Column("line", pa.int64())), ("line",)
    )
    with duckdb.connect() as connection:
        connection.execute(
            "create schema raw; create table raw.sold as select 3::bigint as quantity, 1::bigint as line"
        )
        for _ in range(2):
            widen(connection, "raw", [declared])
        connection.execute("insert into raw.sold values (0.35, 2)")
        assert connection.sql("from raw.sold").fetchall() == [(Decimal(3), 1), (Decimal("0.35"), 2)]
