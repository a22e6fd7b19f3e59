"""What a failed audit says of the rows that its tests found."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.building.placeholders import RunSays
from orchestration.building.plan import Node, Plan, Relation
from orchestration.publication.audit import Audit, AuditFailure
from orchestration.publication.found_rows import with_found_rows
from shophouse.settings import Settings

TEST = "what_sources_state_is_what_the_marts_hold"
FAILED = AuditFailure(TEST, "reconciliation", "Got 5 results, configured to fail if != 0. They disagree.")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path)
    for database in (settings.raw_db, settings.build_db, settings.warehouse_db):
        duckdb.connect(database).close()
    with duckdb.connect(settings.warehouse_db) as connection:
        connection.execute("create schema audit")
        connection.execute(
            """
            create table audit.reconciliation as
            select 'key' as reconciliation_key, 'us' as store_id, null as category, number::decimal(18, 4) as difference
            from range(5) as numbers (number)
            """
        )
    return settings


def _plan(sql: str, *, schema: str = "audit") -> Plan:
    model = Node("model.shophouse.m", "m", "table", (), relation=Relation("shophouse", schema, "m"))
    test = Node("test.shophouse.t", TEST, "test", (model.unique_id,), sql)
    return Plan({node.unique_id: node for node in (model, test)}, {})


def _with_rows(plan: Plan, settings: Settings) -> Audit:
    audit = Audit("2026-11-20", failures=(FAILED,))
    return with_found_rows(audit, plan, RunSays(datetime(2026, 11, 20, tzinfo=UTC)), settings)


def test_a_failure_names_the_first_rows_without_their_keys(settings: Settings) -> None:
    plan = _plan('select * from "shophouse"."audit"."reconciliation" order by difference')
    rows = [f"store_id us, difference {number}.0000" for number in range(3)]
    assert [f.message for f in _with_rows(plan, settings).failures] == [f"{FAILED.message} Found: {'; '.join(rows)}"]


def test_the_rows_are_those_of_the_run(settings: Settings) -> None:
    plan = _plan("select cast('1900-01-01 01:01:01.123457' as timestamp) as as_of")
    assert _with_rows(plan, settings).failures[0].message.endswith("Found: as_of 2026-11-20 00:00:00")


def test_rows_of_staging_are_not_shown(settings: Settings) -> None:
    plan = _plan("select 'ada@example.com' as email", schema="staging")
    assert _with_rows(plan, settings).failures == (FAILED,)


def test_a_failure_whose_rows_cannot_be_asked_for_stays_as_it_is(settings: Settings) -> None:
    assert _with_rows(_plan("select * from nowhere"), settings).failures == (FAILED,)
