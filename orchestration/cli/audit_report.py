"""What the sources state otherwise than we hold, as it is printed: findings by name, and the bridge of a month."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from rich.table import Table

from orchestration.cli.terminal import CONSOLE
from orchestration.publication.reconciled import (
    Bridge,
    Finding,
    bridge_of_last_month,
    open_findings,
    unreconciled,
)


def print_findings(database: Path) -> None:
    """Prints which figures are past their limits, how many findings are open, and the largest by name.

    Args:
        database: a publication.
    """
    past = unreconciled(database)
    for figure in past:
        CONSOLE.print(f"not reconciled: {figure}", markup=False, soft_wrap=True)
    found = open_findings(database)
    if not found.count:
        return
    state = "" if past else "; every difference is named or within its limit"
    CONSOLE.print(f"{found.count:,} open findings in audit.findings{state}", markup=False, soft_wrap=True)
    CONSOLE.print(_finding_table(found.largest))


def print_bridge(database: Path) -> None:
    """Prints how each source's totals of the last whole month lead to ours.

    Args:
        database: a publication.
    """
    bridges = bridge_of_last_month(database)
    for _, of_store in groupby(bridges, lambda bridge: (bridge.source, bridge.store_id, bridge.currency)):
        CONSOLE.print(_bridge_table(list(of_store)))


def _finding_table(findings: Sequence[Finding]) -> Table:
    table = Table("store", "what", "name", "day", "source states", "we hold", "likely cause", "where")
    for finding in findings:
        table.add_row(
            finding.store_id,
            finding.check,
            finding.entity,
            str(finding.date or ""),
            f"{finding.expected:,.2f} {finding.currency or ''}".rstrip(),
            f"{finding.actual:,.2f}",
            finding.cause,
            finding.admin_url or "",
        )
    return table


def _bridge_table(bridges: Sequence[Bridge]) -> Table:
    first = bridges[0]
    unit = first.currency or "units"
    title = f"From what {first.source} states of {first.store_id} in {first.month:%Y-%m} to ours ({unit})"
    table = Table("", "source states", "of which named", "unexplained", "ours", title=title, title_justify="left")
    for bridge in bridges:
        named = "\n".join(f"{name} {_amount(amount)}" for name, amount in bridge.steps if round(amount, 2))
        table.add_row(bridge.figure, _amount(bridge.stated), named, _amount(bridge.unexplained), _amount(bridge.ours))
    return table


def _amount(amount: Decimal) -> str:
    return f"{amount:,.2f}"
