"""What a run's tables are made of: the same after a load that brought nothing, another after one that did."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.runs.inputs import (
    Inputs,
    forget_inputs,
    keep_inputs,
    last_inputs,
    note_done,
    note_undone,
    read_inputs,
)
from shophouse.settings import Settings

_NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A state folder with a shop in New York that has one order."""
    settings = Settings(home=tmp_path, as_of=_NOON)
    _write(
        settings.raw_db,
        "create schema shopify",
        "create table shopify.orders (id varchar, total int, _dlt_load_id varchar)",
        "insert into shopify.orders values ('1', 10, 'a')",
        "create table shopify.shop (iana_timezone varchar, read_until timestamptz, _dlt_load_id varchar)",
        "insert into shopify.shop values ('America/New_York', '2026-11-20 12:00:00+00', 'a')",
        "create table shopify._dlt_loads (load_id varchar)",
    )
    _write(
        settings.build_db,
        "create schema intermediate",
        "create table intermediate.int_stores as select 'America/New_York' as timezone",
    )
    _write(settings.warehouse_db, "create schema marts")
    return settings


@pytest.mark.parametrize(
    "statement",
    [
        "insert into shopify._dlt_loads values ('b')",
        "update shopify.orders set _dlt_load_id = 'b'",
        "update shopify.shop set read_until = '2026-11-20 16:00:00+00', _dlt_load_id = 'b'",
    ],
)
def test_a_load_that_brought_nothing_leaves_the_inputs_as_they_were(settings: Settings, statement: str) -> None:
    before = _inputs(settings)
    _write(settings.raw_db, statement)
    assert _inputs(settings, before).are_those_of(before)


@pytest.mark.parametrize(
    "statement",
    [
        "update shopify.orders set total = 11, _dlt_load_id = 'b'",
        "insert into shopify.orders values ('1', 10, 'b')",
        "delete from shopify.orders",
        # Over midnight in New York.
        "update shopify.shop set read_until = '2026-11-21 05:00:00+00', _dlt_load_id = 'b'",
        "insert into shopify.shop values ('America/New_York', '2026-11-20 13:00:00+00', 'b')",
    ],
)
def test_a_load_that_changed_something_makes_others(settings: Settings, statement: str) -> None:
    before = _inputs(settings)
    _write(settings.raw_db, statement)
    assert not _inputs(settings, before).are_those_of(before)


@pytest.mark.parametrize(
    ("as_of", "are_the_same"),
    [("2026-11-20T23:59:00", True), ("2026-11-21T00:01:00", False), ("2026-11-20T04:59:00", False)],
)
def test_a_business_day_that_ended_makes_others(settings: Settings, as_of: str, are_the_same: bool) -> None:
    before = _inputs(settings)
    later = settings.model_copy(update={"as_of": datetime.fromisoformat(as_of).replace(tzinfo=UTC)})
    assert _inputs(later, before).are_those_of(before) is are_the_same


def test_another_project_or_currency_makes_others(settings: Settings) -> None:
    before = _inputs(settings)
    assert not read_inputs(settings, "another", before).are_those_of(before)
    in_euro = settings.model_copy(update={"reporting_currency": "EUR"})
    assert not _inputs(in_euro, before).are_those_of(before)


def test_what_was_done_is_known_until_it_is_undone(settings: Settings) -> None:
    assert last_inputs(settings) is None
    note_done(settings, "transform")
    assert last_inputs(settings) is None
    inputs = _inputs(settings)
    keep_inputs(settings, inputs)
    note_done(settings, "transform")
    note_done(settings, "published")
    note_undone(settings, "published")
    kept = last_inputs(settings)
    assert kept is not None
    assert kept.done == ("transform",)
    assert kept.are_those_of(inputs)
    forget_inputs(settings)
    assert last_inputs(settings) is None


def _inputs(settings: Settings, known: Inputs | None = None) -> Inputs:
    return read_inputs(settings, "project", known)


def _write(database: Path, *statements: str) -> None:
    with duckdb.connect(database) as connection:
        for statement in statements:
            connection.execute(statement)
