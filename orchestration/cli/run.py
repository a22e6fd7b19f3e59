"""``shophouse run``: the whole job on the configured sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.audit_report import print_findings
from orchestration.cli.terminal import CONSOLE, explaining_full_disk, fail, finish, live_progress, stage_table
from orchestration.runs.outcome import ExitCode, RunOutcome, UnknownAssetsError
from orchestration.runs.reporter import REPORTER
from shophouse.settings import Settings

if TYPE_CHECKING:
    from ingestion.source import Source


def run(
    select: Annotated[
        str | None, typer.Option(help="Dagster asset selection, e.g. 'group:sales' or '+marts/fct_orders'.")
    ] = None,
    full_refresh: Annotated[bool, typer.Option(help="Ignore cursors and read every source from the start.")] = False,
) -> None:
    """Run the whole job on the configured sources: ingest, transform, forecast, audit, publish.

    Example: shophouse run
    """
    settings = Settings()
    if select is None:
        _explain_missing(settings)
    run_and_report("full", settings, select=select, full_refresh=full_refresh)


def run_and_report(
    job: str,
    settings: Settings,
    *,
    select: str | None = None,
    sources: tuple[str, ...] = (),
    since: str | None = None,
    until: str | None = None,
    full_refresh: bool = False,
) -> None:
    """Runs a job with progress and leaves with its exit code if it failed."""
    from orchestration.runner import run_job

    sync = {"since": since, "until": until, "full_refresh": full_refresh}
    wanted = {key: value for key, value in sync.items() if value}
    try:
        with explaining_full_disk(settings), live_progress():
            outcome = run_job(job, settings, select=select, sources=sources, sync=wanted)
    except UnknownAssetsError as error:
        raise fail(str(error), ExitCode.WRONG_USAGE) from None
    CONSOLE.print(stage_table())
    if outcome.exit_code != ExitCode.DATA_FAILED_AUDIT and settings.published_db.exists():
        print_findings(settings.published_db)
    for sentence in _found(settings, outcome):
        CONSOLE.print(sentence, markup=False, soft_wrap=True)
    finish(outcome)


def _found(settings: Settings, outcome: RunOutcome) -> tuple[str, ...]:
    from orchestration.runs.new_columns import new_columns

    transform = REPORTER.totals.get("transform")
    built_nothing = transform is not None and not transform.subjects and outcome.exit_code == ExitCode.OK
    stays = ("nothing has changed since the last publication, which stays",) if built_nothing else ()
    return (*new_columns(settings, outcome.run_id), *stays)


def _explain_missing(settings: Settings) -> None:
    from ingestion.registry import SOURCES

    missing = [source for source in SOURCES.values() if source.missing_settings()]
    for source in missing:
        CONSOLE.print(_needs(source), soft_wrap=True)
    if len(missing) == len(SOURCES) - 1 and not _has_files(settings):
        raise fail(
            "no source is configured and the inbox is empty; put the settings above into the environment or into "
            f".dlt/secrets.toml, or drop files into {settings.inbox} (see `shophouse import --list-templates`)",
            ExitCode.WRONG_USAGE,
        )


def _needs(source: Source) -> str:
    lines = [f"[bold]{source.title}[/] is not configured and is left out; it wants"]
    lines += [f"  {s.environment_variable}: {s.meaning}" for s in source.missing_settings()]
    return "\n".join(lines)


def _has_files(settings: Settings) -> bool:
    loaded = settings.raw_db.exists()
    return loaded or (settings.inbox.is_dir() and any(file.is_file() for file in settings.inbox.rglob("*")))
