"""Data that fails its audit: the run says which table failed which test, and nothing of it is published, then or later."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pytest

from orchestration.runs.outcome import ExitCode
from tests.end_to_end.home import RUN_SETTINGS, Home
from tests.support.files import order_line, orders_csv

pytestmark = pytest.mark.slow

TABLE = "fct_sales_ledger"
TEST = "ledger_has_exchange_rates"
FRANCS = "from marts.fct_sales_ledger where currency = 'CHF'"


def test_orders_in_a_currency_without_a_rate_are_not_published(finished: Home, tmp_path: Path) -> None:
    """Exit code 3 with the table and the test; the last good publication stays byte for byte; the status tells of it."""
    home = finished.copy(tmp_path / "home")
    published = _published_files(home)
    orders = orders_csv(order_line(ordered_at="2026-11-10 10:15:00", currency="CHF"))
    (home.settings.inbox / "orders.csv").write_text(orders)

    done = home.shophouse("run", environment=RUN_SETTINGS)
    assert done.returncode == ExitCode.DATA_FAILED_AUDIT, done.stdout + done.stderr
    assert "the data failed its audit; the last good publication stays" in done.stderr
    assert f"{TABLE}: {TEST}: " in done.stderr
    assert _published_files(home) == published

    status = home.shophouse("status", environment=RUN_SETTINGS)
    assert status.returncode == ExitCode.OK
    assert f"{TABLE}: {TEST}: " in status.stdout
    assert f"{home.settings.published_db.name}, as of {home.published_as_of()}" in status.stdout

    # A run that does not test the tables again asks for the last verdict on them.
    later = home.shophouse("run", "--select", "key:published/shophouse", environment=RUN_SETTINGS)
    assert later.returncode == ExitCode.DATA_FAILED_AUDIT, later.stdout + later.stderr
    assert "the warehouse has not passed its audit; the last good publication stays" in later.stderr
    assert f"{TABLE}: {TEST}: " in later.stderr
    assert _published_files(home) == published

    _rates_cure_it_without_a_correction(home)


def _rates_cure_it_without_a_correction(home: Home) -> None:
    """The failed run's postings are no history: with a rate they stand on their own day, once."""
    rates = "from_currency,to_currency,valid_from,rate\nCHF,USD,2026-01-01,1.25\n"
    (home.settings.inbox / "exchange_rates.csv").write_text(rates)
    cured = home.shophouse("run", environment=RUN_SETTINGS)
    assert cured.returncode == ExitCode.OK, cured.stdout + cured.stderr
    with duckdb.connect(home.settings.published_db, read_only=True) as connection:
        postings = connection.execute(
            f"select entry_type, ledger_date = event_date, amount_reporting = amount * 1.25 {FRANCS}"
        ).fetchall()
    assert postings == [("sale", True, True)]


def _published_files(home: Home) -> dict[str, str]:
    folder = home.settings.published_db.parent
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
