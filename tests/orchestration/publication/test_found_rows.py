"""What a failed audit says of the rows that its tests found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

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


def _manifest(*, layer: str) -> dict[str, Any]:
    test = {
        "name": TEST,
        "resource_type": "test",
        "package_name": "shophouse",
        "fqn": ["shophouse", layer, TEST],
        "original_file_path": "models/audit/reconciliation.yml",
        "path": f"{TEST}.sql",
    }
    return {"nodes": {f"test.shophouse.{TEST}.1a": test}}


def _compiled(settings: Settings, sql: str) -> Path:
    compiled = settings.home / "compiled"
    folder = compiled / "shophouse" / "models" / "audit" / "reconciliation.yml"
    folder.mkdir(parents=True)
    (folder / f"{TEST}.sql").write_text(sql)
    return compiled


def test_a_failure_names_the_first_rows_without_their_keys(settings: Settings) -> None:
    compiled = _compiled(settings, 'select * from "shophouse"."audit"."reconciliation" order by difference')
    found = with_found_rows(Audit("2026-11-20", failures=(FAILED,)), _manifest(layer="audit"), compiled, settings)
    rows = [f"store_id us, difference {number}.0000" for number in range(3)]
    assert [f.message for f in found.failures] == [f"{FAILED.message} Found: {'; '.join(rows)}"]


def test_rows_of_staging_are_not_shown(settings: Settings) -> None:
    compiled = _compiled(settings, "select 'ada@example.com' as email")
    audit = Audit("2026-11-20", failures=(FAILED,))
    assert with_found_rows(audit, _manifest(layer="staging"), compiled, settings) == audit


@pytest.mark.parametrize("sql", [None, "select * from nowhere"], ids=["no SQL", "no table"])
def test_a_failure_whose_rows_cannot_be_asked_for_stays_as_it_is(settings: Settings, sql: str | None) -> None:
    compiled = settings.home / "compiled" if sql is None else _compiled(settings, sql)
    audit = Audit("2026-11-20", failures=(FAILED,))
    assert with_found_rows(audit, _manifest(layer="audit"), compiled, settings) == audit
