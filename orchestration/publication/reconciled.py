"""What sources state otherwise, read from a warehouse or a publication: days past their limit, findings, the bridge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

_UNRECONCILED = """
select source, store_id, figure, currency, count(*), max_by(date, abs(unexplained_amount)),
    max_by(unexplained_amount, abs(unexplained_amount)), max_by(stated_amount, abs(unexplained_amount))
from audit.unreconciled_days
group by all
order by max(abs(unexplained_amount)) desc, source, store_id, figure, currency
"""

_FINDINGS = """
select store_id, coalesce(check_name, check_id), entity_name, date, expected, actual, difference, currency, cause,
    admin_url, count(*) over ()
from audit.findings
where is_open
order by abs(difference) desc, finding_key
limit ?
"""

_BRIDGE = """
select source, store_id, currency, month, figure, max(amount) filter (component = 'vendor_total'),
    list({'name': component, 'amount': amount} order by position)
        filter (component not in ('vendor_total', 'unexplained', 'ours') and amount <> 0),
    max(amount) filter (component = 'unexplained'), max(amount) filter (component = 'ours')
from audit.source_bridge_monthly
where month = coalesce(
    (select max(date_trunc('month', date)) from marts.fct_store_days where is_complete_day and date = last_day(date)),
    (select max(month) from audit.source_bridge)
)
group by all
order by source, store_id, currency, min(list_position(?, figure))
"""

_OF_SALES = ["gross", "discounts", "returns", "net", "tax", "shipping", "tips", "payments", "refunds"]
_FIGURES = [*_OF_SALES, "spend", "impressions", "stock"]


@dataclass(frozen=True)
class UnreconciledFigure:
    """A figure of a store of which more stays unexplained than its source's limit allows.

    Attributes:
        source: that states it.
        store_id: the store.
        figure: as in ``audit.source_bridge``.
        currency: ISO 4217 code; None: of numbers.
        days: how many days are past the limit.
        worst: the day that is farthest off.
        unexplained: of that day, in the currency.
        stated: the source's total of that day.
    """

    source: str
    store_id: str
    figure: str
    currency: str | None
    days: int
    worst: date
    unexplained: Decimal
    stated: Decimal

    def __str__(self) -> str:
        unit = self.currency or self.figure
        return (
            f"{self.store_id}: {self.figure} of {self.source} stays unexplained on {self.days} days, most on "
            f"{self.worst}: {self.unexplained:,.2f} of {self.stated:,.2f} {unit} (audit.source_bridge)"
        )


@dataclass(frozen=True)
class Finding:
    """A row of ``audit.findings``, in the words of a person."""

    store_id: str
    check: str
    entity: str
    date: date | None
    expected: Decimal
    actual: Decimal
    difference: Decimal
    currency: str | None
    cause: str
    admin_url: str | None


@dataclass(frozen=True)
class OpenFindings:
    """How many findings are open, and the largest of them."""

    count: int
    largest: tuple[Finding, ...]


@dataclass(frozen=True)
class Bridge:
    """One figure of a month: what the source states, each named difference, what is left, and ours."""

    source: str
    store_id: str
    currency: str | None
    month: date
    figure: str
    stated: Decimal
    steps: tuple[tuple[str, Decimal], ...]
    unexplained: Decimal
    ours: Decimal


def unreconciled(database: Path) -> tuple[UnreconciledFigure, ...]:
    """Figures past their limit, those that are farthest off first.

    Args:
        database: a warehouse or a publication; nobody else may write it.
    """
    return tuple(UnreconciledFigure(*row) for row in _rows(database, _UNRECONCILED))


def open_findings(database: Path, limit: int = 10) -> OpenFindings:
    """The open findings.

    Args:
        database: a warehouse or a publication; nobody else may write it.
        limit: how many to name.
    """
    rows = _rows(database, _FINDINGS, limit)
    return OpenFindings(rows[0][-1] if rows else 0, tuple(Finding(*row[:-1]) for row in rows))


def bridge_of_last_month(database: Path) -> tuple[Bridge, ...]:
    """The bridge of the last whole month; of the newest one, where none is whole.

    Args:
        database: a warehouse or a publication; nobody else may write it.
    """
    return tuple(_bridge(row) for row in _rows(database, _BRIDGE, _FIGURES))


def _bridge(row: tuple[Any, ...]) -> Bridge:
    source, store_id, currency, month, figure, stated, steps, unexplained, ours = row
    none = Decimal(0)
    return Bridge(
        source, store_id, currency, month, figure, stated or none, _steps(steps), unexplained or none, ours or none
    )


def _steps(steps: list[dict[str, Any]] | None) -> tuple[tuple[str, Decimal], ...]:
    return tuple((step["name"].replace("_", " "), step["amount"]) for step in steps or ())


def _rows(database: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    with duckdb.connect(database, read_only=True) as connection:
        try:
            return connection.execute(query, list(values)).fetchall()
        except duckdb.CatalogException:
            # A publication of an earlier version has no such tables.
            return []
