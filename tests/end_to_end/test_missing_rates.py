"""A currency without an exchange rate: said before anything is made, and published in its own currency all the same."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.runs.outcome import ExitCode
from tests.end_to_end.home import RUN_SETTINGS, Home
from tests.support.files import order_line, orders_csv

pytestmark = pytest.mark.slow

FRANCS = "from marts.fct_sales_ledger where currency = 'CHF'"


def test_orders_in_a_currency_without_a_rate_are_published_in_it(finished: Home, tmp_path: Path) -> None:
    home = finished.copy(tmp_path / "home")
    orders = orders_csv(order_line(ordered_at="2026-11-10 10:15:00", currency="CHF"))
    (home.settings.inbox / "orders.csv").write_text(orders)
    done = home.shophouse("run", environment=RUN_SETTINGS)
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    assert "no exchange rate leads from CHF to USD" in done.stdout
    assert done.stdout.index("no exchange rate leads") < done.stdout.index("transform: ")
    with duckdb.connect(home.settings.published_db, read_only=True) as connection:
        postings = connection.execute(f"select amount > 0, amount_reporting {FRANCS}").fetchall()
    assert postings == [(True, None)]
    _rates_complete_it_without_a_correction(home)


def _rates_complete_it_without_a_correction(home: Home) -> None:
    """What was posted without a rate stands on its own day, once, with the rate of that day."""
    rates = "from_currency,to_currency,valid_from,rate\nCHF,USD,2026-01-01,1.25\n"
    (home.settings.inbox / "exchange_rates.csv").write_text(rates)
    cured = home.shophouse("run", environment=RUN_SETTINGS)
    assert cured.returncode == ExitCode.OK, cured.stdout + cured.stderr
    assert "no exchange rate leads" not in cured.stdout
    with duckdb.connect(home.settings.published_db, read_only=True) as connection:
        postings = connection.execute(
            f"select entry_type, ledger_date = event_date, amount_reporting = amount * 1.25 {FRANCS}"
        ).fetchall()
    assert postings == [("sale", True, True)]
