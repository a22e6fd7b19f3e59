"""``shophouse sql``: ask the published file."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import duckdb
import polars as pl
import typer
from rich.table import Table

from ingestion.settings import Settings
from orchestration.cli.terminal import CONSOLE, fail
from orchestration.runner import ExitCode

_SHOWN = 200
"""Rows that a table on the screen shows; the other formats give all."""


class Format(StrEnum):
    """How the answer is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def sql(
    query: Annotated[
        str | None, typer.Argument(help="SQL; without it, statements are read from the standard input.")
    ] = None,
    format: Annotated[Format, typer.Option(help="Output format.")] = Format.TABLE,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file instead of the screen.")
    ] = None,
) -> None:
    """Query the published warehouse, read-only.

    Example: shophouse sql "select * from metrics.kpi_summary" --format csv
    """
    settings = Settings()
    if not settings.published_db.exists():
        raise fail(
            f"nothing is published yet in {settings.home}; run `shophouse demo` or `shophouse run` first",
            ExitCode.WRONG_USAGE,
        )
    if format is Format.PARQUET and output is None and sys.stdout.isatty():
        raise fail("Parquet is no text; add --output FILE or send the output to a file", ExitCode.WRONG_USAGE)
    for statement in _statements(query):
        try:
            with duckdb.connect(settings.published_db, read_only=True) as connection:
                answer = connection.sql(statement)
                frame = answer.pl() if answer is not None else pl.DataFrame()
        except duckdb.Error as error:
            raise fail(str(error), ExitCode.WRONG_USAGE) from None
        _write(frame, format, output)


def _statements(query: str | None) -> list[str]:
    text = query if query is not None else sys.stdin.read()
    statements = [part.strip() for part in text.split(";")] if query is None else [text]
    return [statement for statement in statements if statement]


def _write(frame: pl.DataFrame, format: Format, output: Path | None) -> None:
    if format is Format.TABLE and output is None:
        CONSOLE.print(_table(frame))
        return
    if format is Format.PARQUET:
        frame.write_parquet(output or sys.stdout.buffer)
        return
    text = frame.write_csv() if format is not Format.JSON else frame.write_json() + "\n"
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text)


def _table(frame: pl.DataFrame) -> Table:
    cut = f"{frame.height:,} rows" + (f", the first {_SHOWN} shown" if frame.height > _SHOWN else "")
    table = Table(*frame.columns, caption=cut, caption_justify="left")
    for row in frame.head(_SHOWN).iter_rows():
        table.add_row(*("" if value is None else str(value) for value in row))
    return table
