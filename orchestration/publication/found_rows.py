"""The rows that a failed test found, in words: which store, which day, which amount."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import duckdb

from orchestration.building.placeholders import RunSays
from orchestration.building.plan import Node, Plan
from orchestration.publication.audit import Audit, AuditFailure
from shophouse.settings import Settings

_ROWS = 3
"""Rows that a message shows of a test's."""


def with_found_rows(audit: Audit, plan: Plan, says: RunSays, settings: Settings) -> Audit:
    """Adds to each failure the first rows that its test found.

    A failure of a staging model stays as it is, because its rows hold personal data; so does one whose rows cannot be
    asked for again.

    Args:
        audit: of the step that has ended.
        plan: of the project.
        says: what the step's run said.
        settings: the state folder, whose databases nobody writes to.
    """
    if not audit.failures:
        return audit
    tests = {node.name: node for node in plan.nodes.values() if node.kind == "test"}
    with duckdb.connect() as connection:
        try:
            _attach(connection, settings)
        except duckdb.Error:
            return audit
        told = (
            failure
            if _is_personal(tests[failure.test], plan)
            else _with_rows(failure, says.in_sql(tests[failure.test].sql), connection)
            for failure in audit.failures
        )
        return replace(audit, failures=tuple(told))


def _is_personal(test: Node, plan: Plan) -> bool:
    parents = (plan.nodes[id] for id in test.depends_on if id in plan.nodes)
    return any(parent.relation and parent.relation.schema == "staging" for parent in parents)


def _attach(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    connection.execute("set timezone = 'UTC'")
    for database in (settings.raw_db, settings.build_db, settings.warehouse_db):
        file = database.as_posix().replace("'", "''")
        connection.execute(f"attach '{file}' as {database.stem} (read_only)")


def _with_rows(failure: AuditFailure, sql: str, connection: duckdb.DuckDBPyConnection) -> AuditFailure:
    try:
        found = connection.execute(f"select * from (\n{sql}\n) limit {_ROWS}")
        names = [column[0] for column in found.description]
        rows = [_in_words(names, row) for row in found.fetchall()]
    except duckdb.Error:
        return failure
    return replace(failure, message=f"{failure.message} Found: {'; '.join(rows)}") if rows else failure


def _in_words(names: list[str], row: tuple[Any, ...]) -> str:
    # A surrogate key tells nobody anything.
    told = zip(names, row, strict=True)
    return ", ".join(f"{name} {value}" for name, value in told if value is not None and not name.endswith("_key"))
