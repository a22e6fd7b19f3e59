"""A state folder of an earlier version is carried on; one of a later version is left alone."""

from __future__ import annotations

import json
from decimal import Decimal
from hashlib import md5
from pathlib import Path

import duckdb
import pytest

from orchestration.runner import run_job
from orchestration.runs.writer_lock import writer_lock
from shophouse.settings import Settings
from shophouse.state_version import STATE_VERSION, LaterStateError, refuse_later_state


def _recorded(home: Path) -> int:
    return int(json.loads((home / "state.json").read_text())["version"])


def test_who_writes_a_folder_records_the_version(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")

    with writer_lock(settings, "a run"):
        pass

    assert _recorded(settings.home) == STATE_VERSION


@pytest.mark.parametrize("record", [None, "", "{}", '{"version": 1}'])
def test_a_folder_of_an_earlier_version_is_carried_on(tmp_path: Path, record: str | None) -> None:
    settings = Settings(home=tmp_path)
    if record is not None:
        (tmp_path / "state.json").write_text(record)

    with writer_lock(settings, "a run"):
        pass

    assert _recorded(tmp_path) == STATE_VERSION


def test_a_folder_of_a_later_version_is_refused_before_anything_is_touched(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text(json.dumps({"version": STATE_VERSION + 1}))
    settings = Settings(home=tmp_path)

    with pytest.raises(LaterStateError, match=r"later version of Shophouse .* set SHOPHOUSE_HOME"):
        refuse_later_state(settings)
    with pytest.raises(LaterStateError), writer_lock(settings, "a run"):
        pass
    with pytest.raises(LaterStateError):
        run_job("full", settings)

    assert [file.name for file in tmp_path.iterdir()] == ["state.json"]
    assert _recorded(tmp_path) == STATE_VERSION + 1


_OLDER_LEDGER = """
    create schema marts;
    create table marts.fct_sales_ledger as
    select
        md5('shopify|us|1|' || number || '|' || kind) as ledger_entry_key,
        md5('us|7') as order_key,
        null::varchar as product_key,
        'shopify|us|1|' || number || '|' || kind as made_of,
        case kind when 'correction' then 'correction' else 'sale' end as entry_type,
        day as ledger_date,
        amount::decimal(18, 4) as amount,
        case kind when 'correction' then md5('shopify|us|1|1|posting') end as corrected_ledger_entry_key
    from (values
        ('1', 'posting', date '2026-05-01', 10),
        ('1', 'correction', date '2026-06-10', -10),
        ('2', 'posting', date '2026-06-10', 12)
    ) as postings (number, kind, day, amount)
"""


def test_the_ledgers_past_stays_when_keys_become_numbers(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    past = "select entry_type, ledger_date, amount from marts.fct_sales_ledger order by all"
    with duckdb.connect(settings.warehouse_db) as older:
        older.execute(_OLDER_LEDGER)
        before = older.sql(past).fetchall()

    with writer_lock(settings, "a run"):
        pass

    with duckdb.connect(settings.warehouse_db, read_only=True) as ledger:
        keys = ledger.sql("select made_of, ledger_entry_key from marts.fct_sales_ledger").fetchall()
        corrections = ledger.sql(
            "select corrected.amount, correction.amount, correction.product_key from marts.fct_sales_ledger as correction "
            "inner join marts.fct_sales_ledger as corrected "
            "on correction.corrected_ledger_entry_key = corrected.ledger_entry_key"
        ).fetchall()
        assert ledger.sql(past).fetchall() == before
    assert dict(keys) == {made_of: _key(made_of) for made_of, _ in keys}
    assert corrections == [(Decimal(10), Decimal(-10), None)]


def _key(text: str) -> int:
    """As the macro `surrogate_key` makes it."""
    return int.from_bytes(md5(text.encode(), usedforsecurity=False).digest()[:8], "little") % 2**60
