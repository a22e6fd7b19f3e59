"""What the models were last built from, so that a run that brings nothing new builds nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from ingestion.load.empty_tables import LOAD_ID, VALID_TO
from shophouse.settings import Settings

PUBLISHED = "published"
"""What is done once the tables are published, beside the steps that build them."""

_READINGS = {
    "shopify.shop": {
        # How far a shop was read counts by its day there, and by which shops the last load read.
        "read_until": "cast(timezone(iana_timezone, read_until) as date), read_until = max(read_until) over ()"
    }
}
"""Columns that every load moves, and what of them a model goes by."""

_ZONES = (("build_db", "intermediate.int_stores"), ("warehouse_db", "marts.dim_ad_account"))
"""Where the time zones are whose days end."""


@dataclass(frozen=True)
class RawTableSeen:
    """A raw table.

    Attributes:
        loads: number and hash of the loads that its rows came with: while they are the same, so is the content.
        content: number and hash of its rows without their loads.
    """

    loads: str
    content: str


@dataclass(frozen=True)
class Inputs:
    """What the tables are made of, and what was done with it.

    Attributes:
        project: version of the dbt project.
        reporting_currency: setting of the run.
        dates: the date in every time zone that has a business day.
        tables: raw tables by ``schema.table``.
        done: steps that have built all of their tables from it, and whether they were published.
    """

    project: str
    reporting_currency: str
    dates: Mapping[str, str]
    tables: Mapping[str, RawTableSeen]
    done: tuple[str, ...] = ()

    def are_those_of(self, other: Inputs) -> bool:
        """Whether the same tables would be made."""
        return (self.project, self.reporting_currency, self.dates, self._contents()) == (
            other.project,
            other.reporting_currency,
            other.dates,
            other._contents(),
        )

    def _contents(self) -> dict[str, str]:
        return {name: table.content for name, table in self.tables.items()}


def read_inputs(settings: Settings, project: str, known: Inputs | None) -> Inputs:
    """The inputs as they are.

    Args:
        settings: the state folder and the run's instant.
        project: version of the dbt project.
        known: what was seen before; the content of a table is hashed only where other loads have written it.
    """
    with duckdb.connect(settings.raw_db, read_only=True) as raw:
        tables = {
            name: _seen(raw, name, columns, known.tables.get(name) if known else None)
            for name, columns in _columns(raw).items()
        }
    return Inputs(project, settings.reporting_currency, _dates(settings), tables)


def last_inputs(settings: Settings) -> Inputs | None:
    """What the tables were last built from; None where a run has not built them to the end."""
    if not _path(settings).exists():
        return None
    facts = json.loads(_path(settings).read_text())
    tables = {name: RawTableSeen(**seen) for name, seen in facts.pop("tables").items()}
    return Inputs(**{**facts, "done": tuple(facts["done"])}, tables=tables)


def keep_inputs(settings: Settings, inputs: Inputs) -> None:
    """Notes what the tables are built from."""
    incoming = _path(settings).with_suffix(".incoming")
    incoming.write_text(json.dumps(asdict(inputs)))
    os.replace(incoming, _path(settings))


def note_contents(settings: Settings, inputs: Inputs) -> None:
    """Tells the builds what stands in the raw tables, so that rows that came again as they were do not count as new.

    Args:
        settings: whose build database takes the note.
        inputs: of the run.
    """
    noted = [(f'"raw".{_quoted(name)}', seen.loads, seen.content) for name, seen in inputs.tables.items()]
    with duckdb.connect(settings.build_db) as build:
        build.execute("create schema if not exists state")
        build.execute("create or replace table state.raw_contents (relation varchar, loads varchar, content varchar)")
        if noted:
            build.executemany("insert into state.raw_contents values (?, ?, ?)", noted)


def note_done(settings: Settings, step: str) -> None:
    """Notes that a step is through with the inputs that are known."""
    if inputs := last_inputs(settings):
        keep_inputs(settings, replace(inputs, done=tuple(sorted({*inputs.done, step}))))


def note_undone(settings: Settings, *steps: str) -> None:
    """Notes that steps are about to change their tables."""
    if inputs := last_inputs(settings):
        keep_inputs(settings, replace(inputs, done=tuple(step for step in inputs.done if step not in steps)))


def forget_inputs(settings: Settings) -> None:
    """Leaves nothing that a run which is killed could be taken to have built."""
    _path(settings).unlink(missing_ok=True)


def _columns(raw: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    found = raw.execute(
        "select schema_name || '.' || table_name, list(column_name order by column_index) from duckdb_columns() "
        "where database_name = current_database() and not internal and not starts_with(table_name, '_dlt') group by all"
    ).fetchall()
    return dict(found)


def _seen(raw: duckdb.DuckDBPyConnection, table: str, columns: list[str], known: RawTableSeen | None) -> RawTableSeen:
    loads = _hash(raw, table, [f'"{name}"' for name in sorted(columns) if name in (LOAD_ID, VALID_TO)] or ["1"])
    if known and known.loads == loads and LOAD_ID in columns:
        return known
    readings = _READINGS.get(table, {})
    return RawTableSeen(loads, _hash(raw, table, [readings.get(c, f'"{c}"') for c in columns if c != LOAD_ID]))


def _hash(raw: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> str:
    """Two equal rows cancel out in the one hash, and not in the other."""
    found = raw.execute(
        f"select count(*), bit_xor(row_hash), sum(cast(row_hash as hugeint)) "
        f"from (select hash({', '.join(columns)}) as row_hash from {table})"
    ).fetchone()
    return " ".join(str(part) for part in found or ())


def _dates(settings: Settings) -> dict[str, str]:
    zones = {"UTC"}
    for database, table in _ZONES:
        with duckdb.connect(getattr(settings, database), read_only=True) as connection:
            if connection.execute(
                "select 1 from duckdb_tables() where schema_name || '.' || table_name = ?", [table]
            ).fetchone():
                found = connection.execute(f"select distinct timezone from {table} where timezone is not null")
                zones |= {row[0] for row in found.fetchall()}
    return {zone: settings.instant().astimezone(ZoneInfo(zone)).date().isoformat() for zone in sorted(zones)}


def _quoted(table: str) -> str:
    return ".".join(f'"{part}"' for part in table.split("."))


def _path(settings: Settings) -> Path:
    return settings.home / "inputs.json"
