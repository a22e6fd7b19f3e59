"""``shophouse import``: a file into one of the templates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from orchestration.cli.run import run_and_report
from orchestration.cli.terminal import CONSOLE, explaining_full_disk, fail
from orchestration.runs.outcome import ExitCode
from orchestration.runs.writer_lock import WriterBusyError, writer_lock
from shophouse.settings import Settings

if TYPE_CHECKING:
    from ingestion.sources.files.importer import ImportReport


def import_(
    file: Annotated[Path | None, typer.Argument(help="CSV, XLSX, Parquet or JSONL, plain or gzipped.")] = None,
    template: Annotated[str | None, typer.Option("--as", help="The template that the file follows.")] = None,
    mapping: Annotated[str | None, typer.Option("--map", help="A mapping file, or the name of one that ships.")] = None,
    dry_run: Annotated[bool, typer.Option(help="Report every bad row; load nothing.")] = False,
    run: Annotated[bool, typer.Option(help="Run the models and publish afterwards.")] = False,
    list_templates: Annotated[bool, typer.Option(help="Print every template: columns, rules, meaning.")] = False,
    csv_of: Annotated[str | None, typer.Option("--template-csv", help="Print an empty file of a template.")] = None,
) -> None:
    """Load a spreadsheet or an export into the warehouse; a bad file is refused whole, with every reason.

    Example: shophouse import orders.csv --as orders --map my_mapping.yml --dry-run
    """
    from ingestion.source import SourceError
    from ingestion.sources.files.mapping import MappingError
    from ingestion.sources.files.templates import UnknownTemplateError, template_csv

    try:
        if list_templates:
            _print_templates()
        elif csv_of:
            typer.echo(template_csv(csv_of), nl=False)
        else:
            _import(file, template, mapping, dry_run, run)
    except (UnknownTemplateError, MappingError, FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise fail(str(error), ExitCode.WRONG_USAGE) from None
    except (SourceError, WriterBusyError) as error:
        raise fail(str(error), ExitCode.STAGE_FAILED) from None


def _import(file: Path | None, template: str | None, mapping: str | None, dry_run: bool, run: bool) -> None:
    from ingestion.sources.files.importer import Status, import_file

    if file is None or template is None:
        raise fail("expected FILE and --as TEMPLATE; see `shophouse import --list-templates`", ExitCode.WRONG_USAGE)
    settings = Settings()
    with (
        explaining_full_disk(settings),
        writer_lock(settings, f"import of {file.name}"),
        CONSOLE.status(f"reading {file.name}") as status,
    ):
        report = import_file(
            file,
            template,
            mapping,
            settings=settings,
            dry_run=dry_run,
            progress=lambda what, rows: status.update(f"{what}: {rows:,} rows"),
        )
    _print(report)
    if report.status is Status.REJECTED:
        raise typer.Exit(ExitCode.STAGE_FAILED)
    if run and not dry_run:
        run_and_report("full", settings, sources=("files",))


def _print(report: ImportReport) -> None:
    for line in report.lines():
        CONSOLE.print(line, markup=False, soft_wrap=True)


def _print_templates() -> None:
    from ingestion.sources.files.mapping import shipped_mappings
    from ingestion.sources.files.templates import TEMPLATES, describe_template

    for name in TEMPLATES:
        table = Table("column", "type", "key", "rule", "meaning", title=name, title_justify="left")
        for column in describe_template(name):
            table.add_row(column.column, column.type, "key" if column.is_key else "", column.rule, column.description)
        CONSOLE.print(table)
    CONSOLE.print("Mappings that ship: " + ", ".join(sorted(shipped_mappings())))
