"""The comparison of a warehouse with a build of everything, on a build that is given."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.publication import verification
from orchestration.publication.audit import Audit, ResultLog, begin_audit, end_audit
from orchestration.publication.verification import Difference, NothingToVerifyError, verify
from shophouse.database_file import ensure_database
from shophouse.settings import Settings

_AS_OF = "2026-11-20T12:00:00+00:00"
_HELD = "create table marts.dim_shelf as select * from (values (1, 'a'), (1, 'a'), (2, 'b')) as t(id, name)"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A state folder with one table that a model makes, and one that none does."""
    settings = Settings(home=tmp_path / "home")
    settings.home.mkdir()
    for database in (settings.raw_db, settings.build_db, settings.warehouse_db):
        ensure_database(database)
    _write(settings.warehouse_db, "create schema marts", _HELD, "create table marts.notes as select 1 as id")
    _build_ended(settings)
    monkeypatch.setattr(verification, "_tables", lambda _: {"marts.dim_shelf": True})
    monkeypatch.setattr(verification, "create_empty_tables", lambda *_: {})
    return settings


@pytest.mark.parametrize(
    ("anew", "rows"),
    [
        ("select * from (values (2, 'b'), (1, 'a'), (1, 'a')) as t(id, name)", None),
        # Two rows of each: what cancels out in one hash of the table does not in the other.
        ("select * from (values (2, 'b'), (3, 'c'), (3, 'c')) as t(id, name)", 3),
        ("select 1 as id, 'a' as name", 1),
    ],
)
def test_a_table_differs_by_its_rows_whatever_their_order(
    home: Settings, monkeypatch: pytest.MonkeyPatch, anew: str, rows: int | None
) -> None:
    _build_anew(monkeypatch, f"create table marts.dim_shelf as {anew}")
    found = verify(home)
    assert found.compared == 1
    assert found.differences == (() if rows is None else (Difference("marts.dim_shelf", 3, rows),))


def test_a_table_that_is_not_made_any_more_is_named(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    _build_anew(monkeypatch)
    assert verify(home).differences == (Difference("marts.dim_shelf", 3, None),)


def test_what_was_not_built_to_the_end_is_not_compared(home: Settings) -> None:
    begin_audit(home, "transform", _AS_OF)
    with pytest.raises(NothingToVerifyError, match="run `shophouse run` first"):
        verify(home)


def _build_anew(monkeypatch: pytest.MonkeyPatch, *statements: str) -> None:
    def build(beside: Settings, as_of: datetime, *_: object) -> None:
        assert as_of.isoformat() == _AS_OF
        _write(beside.warehouse_db, "create schema if not exists marts", *statements)

    monkeypatch.setattr(verification, "build_models", build)


def _build_ended(settings: Settings) -> None:
    results = ResultLog()
    results.hear({"info": {"name": "EndOfRunSummary"}, "data": {}})
    end_audit(settings, "transform", Audit(_AS_OF), results, Audit(_AS_OF))


def _write(database: Path, *statements: str) -> None:
    with duckdb.connect(database) as connection:
        for statement in statements:
            connection.execute(statement)
