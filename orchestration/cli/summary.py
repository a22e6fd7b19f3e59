"""What was built, read from the published file."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
from rich.table import Table

from orchestration.cli.audit_report import print_bridge
from orchestration.cli.terminal import CONSOLE
from shophouse.settings import Settings

_KPIS = """
select kpi, unit, current_value, previous_value, change_rate
from metrics.kpi_summary
where window_days = 30
order by position
"""

_FORECAST = """
select measure, worst_case, expected_case, best_case, mean, reporting_currency
from forecasting.forecast_sales_cumulative
where level = 'total' and horizon_days = 30
order by measure
"""

_ALERTS = """
select severity, count(*) as alerts, min(recommended_action) as example, alert_type
from decisions.alerts
group by severity, alert_type
order by severity, alert_type
"""

_NEXT = (
    'uv run shophouse sql "select * from metrics.kpi_summary"',
    "uv run shophouse status",
    "uv run dagster dev",
)


def print_summary(settings: Settings) -> None:
    """Prints the KPIs, the forecast, open alerts, the bridge of a month, where the file is, and what to do next."""
    with duckdb.connect(settings.published_db, read_only=True) as connection:
        kpis = connection.execute(_KPIS).fetchall()
        forecast = connection.execute(_FORECAST).fetchall()
        alerts = connection.execute(_ALERTS).fetchall()
    CONSOLE.print(_kpi_table(kpis))
    CONSOLE.print(_forecast_table(forecast))
    CONSOLE.print(_alert_table(alerts))
    print_bridge(settings.published_db)
    CONSOLE.print(f"\nThe warehouse: {settings.published_db}", soft_wrap=True)
    CONSOLE.print("Next:", *(f"  {command}" for command in _NEXT), sep="\n", markup=False, soft_wrap=True)


def _kpi_table(rows: Sequence[tuple[object, ...]]) -> Table:
    table = Table("", "last 30 days", "30 before", "change", title="How the shops did", title_justify="left")
    for kpi, unit, current, previous, change in rows:
        shown = f"{change:+.1%}" if isinstance(change, float) else ""
        table.add_row(f"{kpi} ({unit})", _number(current), _number(previous), shown)
    return table


def _forecast_table(rows: Sequence[tuple[object, ...]]) -> Table:
    table = Table(
        "", "worst (p10)", "expected (p50)", "best (p90)", title="The next 30 days, forecast", title_justify="left"
    )
    for measure, worst, expected, best, mean, currency in rows:
        unit = currency or "units"
        middle = expected if expected is not None else mean
        table.add_row(f"{measure} ({unit})", _number(worst), _number(middle), _number(best))
    return table


def _alert_table(rows: Sequence[tuple[object, ...]]) -> Table:
    table = Table("severity", "what", "open", "for example", title="Open alerts", title_justify="left")
    for severity, count, example, alert_type in rows:
        table.add_row(str(severity), str(alert_type), _number(count), str(example))
    return table


def _number(value: object) -> str:
    return "not known" if value is None else f"{float(str(value)):,.2f}".removesuffix(".00")
