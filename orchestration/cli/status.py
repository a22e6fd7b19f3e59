"""``shophouse status``: what is loaded, how old it is, what was published, what failed, what is stated otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb
from rich.table import Table

from orchestration.cli.audit_report import print_bridge, print_findings
from orchestration.cli.terminal import CONSOLE, fail
from orchestration.publication.audit import last_audit
from orchestration.publication.publishing import last_publication
from orchestration.runs.outcome import ExitCode
from shophouse.settings import Settings

if TYPE_CHECKING:
    from orchestration.runs.freshness import SourceStatus


def status() -> None:
    """Show each source's last success, rows, cursor, freshness, gaps; the publication; the audit; a month's bridge.

    Example: shophouse status
    """
    settings = Settings()
    from orchestration.runs.freshness import source_statuses

    try:
        sources = source_statuses(settings, datetime.now(UTC))
    except duckdb.IOException as error:
        raise fail(f"the raw database is being written: {error}", ExitCode.STAGE_FAILED) from None
    CONSOLE.print(str(settings.home), markup=False, soft_wrap=True)
    CONSOLE.print(_table(sources))
    for source in sources:
        for gap in source.gaps:
            CONSOLE.print(f"not read: {source.title}: {gap}", markup=False, soft_wrap=True)
    _print_publication(settings)
    _print_audit(settings)
    if settings.published_db.exists():
        print_findings(settings.published_db)
        print_bridge(settings.published_db)


def _table(sources: list[SourceStatus]) -> Table:
    table = Table("source", "last success (UTC)", "rows", "freshness", "cursor")
    for source in sources:
        last = f"{source.last_success:%Y-%m-%d %H:%M}" if source.last_success else "-"
        table.add_row(source.title, last, f"{source.rows:,}", source.freshness, source.cursor)
    return table


def _print_publication(settings: Settings) -> None:
    publication = last_publication(settings)
    if publication is None:
        CONSOLE.print("nothing is published yet")
        return
    CONSOLE.print(
        f"published: {settings.published_db}, as of {publication.as_of}, {len(publication.tables)} tables, "
        f"{publication.bytes / 1e6:,.1f} MB",
        soft_wrap=True,
    )


def _print_audit(settings: Settings) -> None:
    audit = last_audit(settings)
    if audit is None:
        return
    for word, found in (("failed", audit.failures), ("could not be built", audit.errors), ("warned", audit.warnings)):
        for failure in found:
            CONSOLE.print(f"{word}: {failure.model}: {failure.test}: {failure.message}", markup=False, soft_wrap=True)
    for step in audit.unfinished:
        CONSOLE.print(f"unfinished: {step} has not built all of its tables; nothing is published until a run has")
    if not audit.objections():
        CONSOLE.print(f"the last audit (as of {audit.as_of}) passed")
