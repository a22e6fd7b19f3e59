"""``shophouse sql``: ask the published file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from orchestration.cli.answer import Format, file_format, print_table, stream, write_file
from orchestration.cli.terminal import fail
from orchestration.runs.outcome import ExitCode
from shophouse.settings import Settings


def sql(
    query: Annotated[
        str | None, typer.Argument(help="SQL; without it, statements are read from the standard input.")
    ] = None,
    format: Annotated[
        Format, typer.Option(help="Output format; a table that goes to a file is written as CSV.")
    ] = Format.TABLE,
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
    try:
        _answer(settings, query if query is not None else sys.stdin.read(), format, output)
    except BrokenPipeError:
        # Whoever read the output has seen enough; typer ends such a command quietly.
        raise
    except (duckdb.Error, OSError, UnicodeDecodeError) as error:
        raise fail(str(error), ExitCode.WRONG_USAGE) from None


def _answer(settings: Settings, text: str, format: Format, output: Path | None) -> None:
    with duckdb.connect(settings.published_db, read_only=True) as connection:
        # The warehouse's instants are UTC; a session would show them in the zone of this machine.
        connection.execute("set timezone = 'UTC'")
        # DuckDB draws it on the standard output, where the answer goes.
        connection.execute("set enable_progress_bar = false")
        statements = connection.extract_statements(text)
        _check(statements, format, output)
        answers = [_write(connection.sql(statement), format, output) for statement in statements]
    if output is not None and not any(answers):
        raise fail(f"the statement gives no rows; {output} was not written", ExitCode.WRONG_USAGE)


def _check(statements: list[duckdb.Statement], format: Format, output: Path | None) -> None:
    # DuckDB makes two statements of a pivot; the first has no text and no answer.
    count = sum(1 for statement in statements if statement.query or statement.type == duckdb.StatementType.SELECT)
    if count == 0:
        raise fail("there is no statement; expected SQL as the argument or on the standard input", ExitCode.WRONG_USAGE)
    if count > 1 and output is not None:
        raise fail(
            f"{count} statements cannot share the file {output}; run them one by one, each with its own --output",
            ExitCode.WRONG_USAGE,
        )
    if count > 1 and format is Format.PARQUET:
        raise fail(
            f"{count} answers cannot share one Parquet output; run the statements one by one", ExitCode.WRONG_USAGE
        )


def _write(answer: duckdb.DuckDBPyRelation | None, format: Format, output: Path | None) -> bool:
    """Writes a statement's answer; False where it has none, as ``set`` has not."""
    if answer is None:
        return False
    if output is not None:
        write_file(answer, file_format(format), output)
    elif format is Format.TABLE:
        print_table(answer)
    else:
        stream(answer, format)
    return True
