"""What stands in the warehouse against what one build of everything makes of the same raw data."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from ingestion.load.empty_tables import create_empty_tables
from ingestion.registry import SOURCES
from orchestration.building.models import build_models
from orchestration.building.plan import load_plan
from orchestration.dbt.parsing import parsed_project
from orchestration.publication.audit import audits_by_step
from orchestration.publication.history import HISTORIES
from orchestration.runs.inputs import last_inputs
from orchestration.runs.writer_lock import writer_lock
from shophouse.database_file import ensure_database
from shophouse.settings import Settings

FORECASTS = "forecast"
_STEPS = ("transform", "transform_forecasts")
"""Of the models before the forecasts, and of those after."""

_READINGS = {"marts.dim_store": {"read_until"}}
"""Columns that every sync moves, whether or not it found anything to build."""


class NothingToVerifyError(Exception):
    """No run has built the warehouse to its end; the message says what to do."""


@dataclass(frozen=True)
class Fingerprint:
    """A table's rows, whatever their order."""

    rows: int
    hashes: tuple[int, int]


@dataclass(frozen=True)
class Difference:
    """A table that is not what a build of everything makes.

    Attributes:
        table: ``schema.table``.
        rows: in the warehouse; None: it is not there.
        rows_anew: built anew; None: no model makes it.
    """

    table: str
    rows: int | None
    rows_anew: int | None


@dataclass(frozen=True)
class Verification:
    """How many tables were compared, and which of them differ."""

    compared: int
    differences: tuple[Difference, ...]


def verify(settings: Settings) -> Verification:
    """Builds everything anew in a temporary folder, as of the last builds, and compares every table.

    Nothing of the state folder is written; a run may write it while the models are built.

    Args:
        settings: the state folder.

    Raises:
        NothingToVerifyError: the models were not built to the end, or not by this version.
        WriterBusyError: a run is writing.
        BuildError: a model could not be built.
    """
    with TemporaryDirectory(prefix="shophouse-verify-") as folder:
        beside = settings.model_copy(update={"home": Path(folder)})
        with writer_lock(settings, "verify"):
            instants = _instants(settings)
            _copy_inputs(settings, beside)
            models = _tables(settings)
            held = dict(_fingerprints(settings, models))
        _build(beside, instants)
        anew = dict(_fingerprints(beside, models))
    tables = sorted(held.keys() | anew.keys())
    differences = tuple(
        Difference(table, _rows(held, table), _rows(anew, table))
        for table in tables
        if held.get(table) != anew.get(table)
    )
    return Verification(len(tables), differences)


def _instants(settings: Settings) -> dict[str, datetime]:
    """When each step built its tables."""
    audits = {step: audit for step, audit in audits_by_step(settings).items() if step in _STEPS}
    if "transform" not in audits or any(audit.unfinished or audit.errors for audit in audits.values()):
        raise NothingToVerifyError("the models have not been built to the end; run `shophouse run` first")
    inputs = last_inputs(settings)
    if inputs and inputs.project != parsed_project(settings).name:
        raise NothingToVerifyError("the models are others than those that were built; run `shophouse run` first")
    return {step: datetime.fromisoformat(audit.as_of) for step, audit in audits.items()}


def _copy_inputs(settings: Settings, beside: Settings) -> None:
    """What no model makes: the raw tables, the forecasts, and what tables have of their history."""
    for file in settings.home.glob(f"{settings.raw_db.name}*"):
        shutil.copyfile(file, beside.home / file.name)
    create_empty_tables(SOURCES.values(), beside)
    ensure_database(beside.build_db)
    with duckdb.connect(beside.warehouse_db) as connection:
        connection.execute(f"attach '{_quoted(settings.warehouse_db)}' as held (read_only)")
        found = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where database_name = 'held'"
        ).fetchall()
        for (table,) in found:
            schema = table.split(".")[0]
            # What a history holds is right if nothing is left to add, so the build beside starts from it.
            if schema == FORECASTS or table in HISTORIES:
                connection.execute(f"create schema if not exists {schema}")
                connection.execute(f"create table {table} as from held.{table}")


def _build(beside: Settings, instants: Mapping[str, datetime]) -> None:
    if len(instants) == len(_STEPS) and len(set(instants.values())) == 1:
        build_models(beside, next(iter(instants.values())))
        return
    plan = load_plan(parsed_project(beside))
    after = plan.after_forecasts()
    for step, as_of in instants.items():
        of_step = [
            id for id, node in plan.nodes.items() if node.kind != "test" and (id in after) == (step != _STEPS[0])
        ]
        build_models(beside, as_of, of_step)


def _tables(settings: Settings) -> dict[str, bool]:
    """Tables that dbt makes, and whether the published database has them."""
    manifest: dict[str, Any] = json.loads((parsed_project(settings) / "manifest.json").read_text())
    return {
        f"{node['schema']}.{node['alias']}": node["database"] == settings.warehouse_db.stem
        for node in manifest["nodes"].values()
        if node["resource_type"] == "seed" or node.get("config", {}).get("materialized") in ("table", "incremental")
    }


def _fingerprints(settings: Settings, tables: Mapping[str, bool]) -> Iterator[tuple[str, Fingerprint]]:
    for database in (settings.build_db, settings.warehouse_db):
        with duckdb.connect(database, read_only=True) as connection:
            for table, columns in _columns(connection).items():
                if tables.get(table) == (database == settings.warehouse_db):
                    yield table, _fingerprint(connection, table, columns)


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    found = connection.execute(
        "select schema_name || '.' || table_name, list(column_name order by column_name) from duckdb_columns() "
        "where database_name = current_database() and not internal group by all"
    ).fetchall()
    return {table: [name for name in names if name not in _READINGS.get(table, ())] for table, names in found}


def _fingerprint(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> Fingerprint:
    """Two equal rows cancel out in the one hash of the table, and not in the other."""
    row = ", ".join(f'"{column}"' for column in columns)
    found = connection.execute(
        f"select count(*), bit_xor(hash({row})), sum(cast(hash({row}) as hugeint)) from {table}"
    ).fetchone()
    assert found is not None
    return Fingerprint(found[0], (found[1] or 0, int(found[2] or 0)))


def _rows(fingerprints: Mapping[str, Fingerprint], table: str) -> int | None:
    return fingerprints[table].rows if table in fingerprints else None


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
