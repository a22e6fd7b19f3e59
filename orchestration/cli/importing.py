"""``shophouse import``: a file into one of the templates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from orchestration.cli.run import run_and_report
from orchestration.cli.terminal import CONSOLE, explaining_full_disk, fail, warn
from orchestration.runs.outcome import ExitCode
from orchestration.runs.writer_lock import WriterBusyError, writer_lock
from shophouse.settings import Settings

if TYPE_CHECKING:
    from ingestion.sources.files.importer import ImportReport


def import_(
    files: Annotated[list[Path] | None, typer.Argument(help="CSV, XLSX, Parquet or JSONL, plain or gzipped.")] = None,
    template: Annotated[str | None, typer.Option("--as", help="The template that the file follows.")] = None,
    mapping: Annotated[str | None, typer.Option("--map", help="A mapping file, or the name of one that ships.")] = None,
    setting: Annotated[list[str] | None, typer.Option("--set", help="A setting of the mapping: NAME=VALUE.")] = None,
    dry_run: Annotated[bool, typer.Option(help="Report every bad row and what it comes to; load nothing.")] = False,
    run: Annotated[bool, typer.Option(help="Run the models and publish afterwards.")] = False,
    list_templates: Annotated[bool, typer.Option(help="Print every template: columns, rules, meaning.")] = False,
    csv_of: Annotated[str | None, typer.Option("--template-csv", help="Print an empty file of a template.")] = None,
) -> None:
    """Load a spreadsheet or an export into the warehouse; a bad file is refused whole, with every reason.

    Several files are one import where the mapping reads them together, and one import each otherwise.

    Example: shophouse import orders.csv --map my_mapping.sql --set timezone=Europe/Berlin --dry-run
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
            _import(files or [], template, mapping, _pairs(setting or []), dry_run)
            if run and not dry_run:
                run_and_report("full", Settings(), sources=("files",))
    except (UnknownTemplateError, MappingError, FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise fail(str(error), ExitCode.WRONG_USAGE) from None
    except (SourceError, WriterBusyError) as error:
        raise fail(str(error), ExitCode.STAGE_FAILED) from None


def _pairs(settings: list[str]) -> dict[str, str]:
    wrong = [text for text in settings if "=" not in text]
    if wrong:
        raise fail(f"expected --set NAME=VALUE, not {wrong[0]!r}", ExitCode.WRONG_USAGE)
    return dict(text.split("=", 1) for text in settings)


def _import(files: list[Path], template: str | None, mapping: str | None, given: dict[str, str], dry_run: bool) -> None:
    from ingestion.sources.files.importer import Status, import_file, imports_of

    if not files or (template is None and mapping is None):
        usage = "expected FILE and --as TEMPLATE or --map MAPPING; see `shophouse import --list-templates`"
        raise fail(usage, ExitCode.WRONG_USAGE)
    settings = Settings()
    rejected = False
    for paths in imports_of(files, mapping, given):
        with (
            explaining_full_disk(settings),
            writer_lock(settings, f"import of {paths[0].name}"),
            CONSOLE.status(f"reading {paths[0].name}") as status,
        ):
            report = import_file(
                paths,
                template,
                mapping,
                settings=settings,
                given=given,
                dry_run=dry_run,
                progress=lambda what, rows: status.update(f"{what}: {rows:,} rows"),
            )
        _print(report)
        rejected |= report.status is Status.REJECTED
    if rejected:
        raise typer.Exit(ExitCode.STAGE_FAILED)
    if not dry_run:
        _warn_of_currencies(settings)


def _warn_of_currencies(settings: Settings) -> None:
    from orchestration.runs.currencies import currencies_without_rates

    for sentence in currencies_without_rates(settings):
        warn(sentence)


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
