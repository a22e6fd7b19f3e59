"""``shophouse sync``: one source on demand."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from ingestion.sources import NAMES
from orchestration.cli.run import run_and_report
from orchestration.cli.terminal import fail
from orchestration.runs.outcome import ExitCode
from shophouse.settings import Settings

_DATES = ["%Y-%m-%d"]


def sync(
    source: Annotated[str, typer.Argument(help=f"{', '.join(NAMES[:-1])} or {NAMES[-1]}.")],
    since: Annotated[datetime | None, typer.Option(formats=_DATES, help="Backfill from this date (UTC).")] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=_DATES, help="Backfill up to this date, exclusive (UTC); needs --since.")
    ] = None,
    full_refresh: Annotated[bool, typer.Option(help="Ignore the cursor and read everything.")] = False,
) -> None:
    """Read one source now, or a range of its dates again; then rebuild the models and publish.

    Example: shophouse sync shopify --since 2026-10-01 --until 2026-11-01
    """
    from ingestion.registry import SOURCES
    from ingestion.source import WrongRangeError

    if source not in SOURCES:
        raise fail(f"there is no source '{source}'; expected one of {', '.join(SOURCES)}", ExitCode.WRONG_USAGE)
    try:
        SOURCES[source].check_range(since, until)
    except WrongRangeError as error:
        raise fail(str(error), ExitCode.WRONG_USAGE) from None
    missing = SOURCES[source].missing_settings()
    if missing:
        wanted = "; ".join(f"{s.environment_variable} ({s.meaning})" for s in missing)
        raise fail(f"{SOURCES[source].title} is not configured, it wants {wanted}", ExitCode.WRONG_USAGE)
    run_and_report(
        f"{SOURCES[source].job}_sync",
        Settings(),
        sources=(source,),
        since=since.date().isoformat() if since else None,
        until=until.date().isoformat() if until else None,
        full_refresh=full_refresh,
    )
