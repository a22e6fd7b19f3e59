"""The messy merchant: what shops really send, from the vendor's API to published numbers worked out by hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.messy.load import Situation, situations
from tests.messy.pipeline import run
from tests.support.expectations import Rest, expectation
from tests.support.once import once

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse, with every gate passed."""
    return once(tmp_path_factory, "messy", _build) / "shophouse.duckdb"


def _build(folder: Path) -> None:
    shutil.copy(run(folder / "home").warehouse_db, folder / "shophouse.duckdb")


@pytest.mark.parametrize("situation", situations(), ids=lambda situation: situation.name)
def test_a_situation_is_what_was_worked_by_hand(warehouse: Path, situation: Situation) -> None:
    among = f"store_id = '{situation.store_id}' and order_id in {situation.orders}".replace(",)", ")")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        differences = [
            difference
            for table, rows in (*situation.expected.items(), ("audit.findings", situation.findings))
            for difference in expectation(table, rows.splitlines()).differences(connection, Rest.NOTHING, among)
        ]
    assert not differences, "\n" + "\n".join(differences)


def test_a_payout_that_is_not_the_sum_of_its_movements_is_a_finding(warehouse: Path) -> None:
    of_payouts = """
        select store_id, entity_id, expected::double, actual::double, difference::double, currency, cause_id
        from audit.findings
        where check_id = 'payouts.net_amount'
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        assert connection.execute(of_payouts).fetchall() == [("us", "1", 25, 26.29, 1.29, "USD", "unknown")]
