"""How a query's answer is written: DuckDB writes the formats, so every type of its SQL has one."""

from __future__ import annotations

import shutil
import sys
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from rich.table import Table

from orchestration.cli.terminal import CONSOLE

_SHOWN = 200
"""Rows that a table on the screen shows; the other formats give all."""


class Format(StrEnum):
    """How the answer is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


_COPY_OPTIONS = {
    Format.CSV: "format csv, header true",
    Format.JSON: "format json, array true",
    Format.PARQUET: "format parquet",
}


def file_format(format: Format) -> Format:
    """The format of a file: CSV where a table was asked for."""
    return Format.CSV if format is Format.TABLE else format


def write_file(answer: duckdb.DuckDBPyRelation, format: Format, file: Path) -> None:
    """Writes an answer to a file, which is replaced once the whole answer is there.

    Args:
        answer: what the query gave.
        format: any but a table.
        file: its folder must exist.

    Raises:
        duckdb.Error: the query failed on its way, or the file cannot be written.
    """
    target = str(file).replace("'", "''")
    answer.query("_shophouse_answer", f"copy _shophouse_answer to '{target}' ({_COPY_OPTIONS[format]})")


def stream(answer: duckdb.DuckDBPyRelation, format: Format) -> None:
    """Writes an answer to the standard output; nothing of it if the query fails on its way.

    Raises:
        duckdb.Error: the query failed.
        OSError: the output or the folder of temporary files cannot be written.
    """
    with TemporaryDirectory(prefix="shophouse-") as folder:
        file = Path(folder, "answer")
        write_file(answer, format, file)
        sys.stdout.flush()
        with file.open("rb") as written:
            shutil.copyfileobj(written, sys.stdout.buffer)
        sys.stdout.buffer.flush()


def print_table(answer: duckdb.DuckDBPyRelation) -> None:
    """Prints the first rows of an answer as a table, its values as DuckDB writes them, and the number of all rows.

    Raises:
        duckdb.Error: the query failed.
    """
    names = answer.columns
    texts = answer.project("columns(*)::varchar")
    rows = texts.fetchmany(_SHOWN)
    count = len(rows)
    while more := len(texts.fetchmany(10_000)):
        count += more
    cut = f"{count:,} rows" + (f", the first {_SHOWN} shown" if count > _SHOWN else "")
    table = Table(*names)
    for row in rows:
        table.add_row(*("" if value is None else value for value in row))
    CONSOLE.print(table)
    CONSOLE.print(cut)
