"""Publication: whole versions only, whatever readers do meanwhile and wherever it stops."""

from __future__ import annotations

import multiprocessing
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb
import pytest

from orchestration.publication.publishing import (
    KEPT,
    SMALL,
    SMALL_BLOCK_BYTES,
    PublicationError,
    last_publication,
    publish,
)
from shophouse.database_file import BLOCK_BYTES
from shophouse.settings import Settings

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROWS = 20_000
PUBLICATIONS = 20


def _write_version(settings: Settings, version: int) -> None:
    """Two tables whose every row carries the version, so that half of one shows."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(settings.warehouse_db) as connection:
        connection.execute("create schema if not exists marts")
        for table in ("fct_orders", "fct_order_lines"):
            connection.execute(
                f"create or replace table marts.{table} as select {version} as version, range as id from range({ROWS})"
            )


def _version(published: Path) -> int:
    query = (
        "select version, count(*) from (from marts.fct_orders union all from marts.fct_order_lines) group by version"
    )
    with duckdb.connect(published, read_only=True) as connection:
        versions = connection.execute(query).fetchall()
    assert [count for _, count in versions] == [2 * ROWS], f"a reader saw {versions}"
    return int(versions[0][0])


def _read_until(published: Path, reading: Event, stop: Event) -> list[int]:
    versions = []
    while not stop.is_set():
        versions.append(_version(published))
        reading.set()
        time.sleep(0.005)
    return versions


def _reader(published: Path, reading: Event, stop: Event, answer: multiprocessing.Queue[list[int] | str]) -> None:
    try:
        answer.put(_read_until(published, reading, stop))
    except Exception as error:
        reading.set()
        answer.put(f"{type(error).__name__}: {error}")


@pytest.fixture
def readers() -> Iterator[Callable[[Path], Callable[[], list[list[int] | str]]]]:
    """Starts two reading processes; calling what it returns stops them and gives what each saw."""
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    processes = []

    def start(published: Path) -> Callable[[], list[list[int] | str]]:
        answer = context.Queue()
        for _ in range(2):
            reading = context.Event()
            process = context.Process(target=_reader, args=(published, reading, stop, answer))
            process.start()
            processes.append(process)
            assert reading.wait(60), "a reader did not start"

        def finish() -> list[list[int] | str]:
            stop.set()
            return [answer.get(timeout=60) for _ in processes]

        return finish

    yield start
    stop.set()
    for process in processes:
        process.join(60)


def test_readers_in_other_processes_see_whole_versions_during_publications(
    settings: Settings, readers: Callable[[Path], Callable[[], list[list[int] | str]]]
) -> None:
    _write_version(settings, 0)
    publish(settings, AS_OF)
    finish = readers(settings.published_db)
    for version in range(1, PUBLICATIONS + 1):
        _write_version(settings, version)
        publish(settings, AS_OF)

    for seen in finish():
        assert not isinstance(seen, str), f"a reader failed: {seen}"
        assert seen == sorted(seen), "a reader went back to an older version"
        assert len(set(seen)) > 1, "no reader saw a publication happen"
    assert _version(settings.published_db) == PUBLICATIONS


def test_a_reader_that_holds_the_old_file_keeps_it(settings: Settings) -> None:
    _write_version(settings, 1)
    publish(settings, AS_OF)
    with duckdb.connect(settings.published_db, read_only=True) as reader:
        _write_version(settings, 2)
        publish(settings, AS_OF)
        assert reader.execute("select distinct version from marts.fct_orders").fetchall() == [(1,)]


def test_the_previous_three_are_kept(settings: Settings) -> None:
    for version in range(1, 7):
        _write_version(settings, version)
        publish(settings, AS_OF)
    kept = sorted((settings.published_db.parent / "previous").glob("*.duckdb"))
    assert len(kept) == KEPT == 3
    assert [_version(file) for file in kept] == [3, 4, 5]
    assert _version(settings.published_db) == 6


def test_the_record_tells_what_was_published(settings: Settings) -> None:
    assert last_publication(settings) is None
    _write_version(settings, 1)
    publication = publish(settings, AS_OF)
    assert publication.tables == {"marts.fct_orders": ROWS, "marts.fct_order_lines": ROWS}
    assert publication.bytes == settings.published_db.stat().st_size
    assert last_publication(settings) == publication


def test_the_published_file_cannot_be_written(settings: Settings) -> None:
    _write_version(settings, 1)
    publish(settings, AS_OF)
    assert settings.published_db.stat().st_mode & 0o222 == 0


def test_a_large_file_that_is_mostly_empty_is_published_without_the_emptiness(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.publication.publishing.SMALL", 0)
    settings.home.mkdir(parents=True)
    with duckdb.connect(settings.warehouse_db) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.fct_gone as select range as id, hash(range) as text from range(2000000)")
    _write_version(settings, 1)
    with duckdb.connect(settings.warehouse_db) as connection:
        connection.execute("comment on table marts.fct_orders is 'One row per order.'")
        connection.execute("create view marts.fct_new_orders as select * from marts.fct_orders where id > 0")
        connection.execute("checkpoint")
        connection.execute("drop table marts.fct_gone")

    publication = publish(settings, AS_OF)

    assert publication.bytes < settings.warehouse_db.stat().st_size / 2
    assert publication.tables == {"marts.fct_order_lines": ROWS, "marts.fct_orders": ROWS}
    assert _version(settings.published_db) == 1
    with duckdb.connect(settings.published_db, read_only=True) as connection:
        assert connection.sql("select comment from duckdb_tables() where table_name = 'fct_orders'").fetchall() == [
            ("One row per order.",)
        ]
        assert connection.sql("select count(*) from marts.fct_new_orders").fetchall() == [(ROWS - 1,)]


@pytest.mark.parametrize("small", [SMALL, 0])
def test_a_small_file_is_published_in_small_blocks_and_a_large_one_as_it_is(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    monkeypatch.setattr("orchestration.publication.publishing.SMALL", small)
    _write_version(settings, 1)
    publish(settings, AS_OF)
    with duckdb.connect(settings.published_db, read_only=True) as connection:
        (block_bytes,) = connection.execute("select block_size from pragma_database_size()").fetchall()[0]
    assert block_bytes == (SMALL_BLOCK_BYTES if small else BLOCK_BYTES)
    assert _version(settings.published_db) == 1


def test_a_view_answers_in_the_published_file_under_any_name(settings: Settings, tmp_path: Path) -> None:
    _write_version(settings, 1)
    with duckdb.connect() as writer:
        writer.execute(f"attach '{settings.warehouse_db}' as warehouse")
        writer.execute("create view warehouse.marts.fct_daily as (select version, id from marts.fct_orders)")
    publication = publish(settings, AS_OF)

    assert "marts.fct_daily" not in publication.tables, "a view holds no rows of its own"
    elsewhere = tmp_path / "sent by mail.duckdb"
    shutil.copy(settings.published_db, elsewhere)
    with duckdb.connect() as reader:
        reader.execute(f"attach '{elsewhere}' as shop (read_only)")
        assert reader.execute("select distinct version from shop.marts.fct_daily").fetchall() == [(1,)]


def test_a_view_of_another_file_is_refused_by_name_and_the_last_publication_stays(settings: Settings) -> None:
    _write_version(settings, 1)
    before = publish(settings, AS_OF)
    _write_version(settings, 2)
    with duckdb.connect() as writer:
        writer.execute(f"attach '{settings.warehouse_db}' as warehouse")
        writer.execute("create view warehouse.marts.fct_daily as (select version from warehouse.marts.fct_orders)")
    with pytest.raises(PublicationError, match=r"the view marts\.fct_daily does not answer in the published file"):
        publish(settings, AS_OF)
    assert _version(settings.published_db) == 1
    assert last_publication(settings) == before
    assert not list(settings.published_db.parent.glob(".*"))


def test_a_warehouse_without_tables_is_refused(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    with pytest.raises(PublicationError, match="no table to publish; run the transform first"):
        publish(settings, AS_OF)
    assert not settings.published_db.exists()


def test_a_copy_cut_short_is_never_seen_and_the_next_publication_replaces_it(settings: Settings) -> None:
    """What a process killed between the copy and its putting in place leaves: half a file beside the whole one."""
    _write_version(settings, 1)
    publish(settings, AS_OF)
    incoming = settings.published_db.with_name(f".{settings.published_db.name}.incoming")
    incoming.write_bytes(settings.warehouse_db.read_bytes()[:4096])
    incoming.chmod(0o444)
    assert _version(settings.published_db) == 1

    _write_version(settings, 2)
    publish(settings, AS_OF)
    assert _version(settings.published_db) == 2
    assert not incoming.exists()
