"""The rows that a failed test found, in words: which store, which day, which amount."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from orchestration.publication.audit import Audit, AuditFailure
from shophouse.settings import Settings

_ROWS = 3
"""Rows that a message shows of a test's."""


def with_found_rows(audit: Audit, manifest: Mapping[str, Any], compiled: Path, settings: Settings) -> Audit:
    """Adds to each failure the first rows that its test found.

    A failure of a staging model stays as it is, because its rows hold personal data; so does one whose rows cannot be
    asked for again.

    Args:
        audit: of the step that has ended.
        manifest: dbt's manifest.
        compiled: dbt's folder of compiled SQL.
        settings: the state folder, whose databases nobody writes to.
    """
    if not audit.failures:
        return audit
    tests = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "test"}
    with duckdb.connect() as connection:
        try:
            _attach(connection, settings)
        except duckdb.Error:
            return audit
        told = (_with_rows(failure, tests[failure.test], compiled, connection) for failure in audit.failures)
        return replace(audit, failures=tuple(told))


def _attach(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    connection.execute("set timezone = 'UTC'")
    for database in (settings.raw_db, settings.build_db, settings.warehouse_db):
        file = database.as_posix().replace("'", "''")
        connection.execute(f"attach '{file}' as {database.stem} (read_only)")


def _with_rows(
    failure: AuditFailure, test: Mapping[str, Any], compiled: Path, connection: duckdb.DuckDBPyConnection
) -> AuditFailure:
    if "staging" in test["fqn"]:
        return failure
    # A test in SQL has a file of its own; of others the file of the model's YAML is a folder.
    place = compiled / test["package_name"] / test["original_file_path"]
    file = place if place.suffix == ".sql" else place / test["path"]
    try:
        found = connection.execute(f"select * from ({file.read_text(encoding='utf-8')}) limit {_ROWS}")
        names = [column[0] for column in found.description]
        rows = [_in_words(names, row) for row in found.fetchall()]
    except (OSError, duckdb.Error):
        return failure
    return replace(failure, message=f"{failure.message} Found: {'; '.join(rows)}") if rows else failure


def _in_words(names: list[str], row: tuple[Any, ...]) -> str:
    # A surrogate key tells nobody anything.
    told = zip(names, row, strict=True)
    return ", ".join(f"{name} {value}" for name, value in told if value is not None and not name.endswith("_key"))
