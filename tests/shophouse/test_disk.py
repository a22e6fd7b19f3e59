"""A full disk, as each library that writes tells it: every time the file is named, and what to do."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shophouse.disk import full_disk

LIMIT = 1 << 20
NUMBERS = "select hash(range) as number from range(1_000_000)"
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file of this process may grow beyond a megabyte, which needs no rights and no disk of its own."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _database(file: Path) -> None:
    with duckdb.connect(file) as connection:
        connection.execute(f"create table numbers as {NUMBERS}")


def _parquet(file: Path) -> None:
    pq.write_table(pa.table({"bytes": [os.urandom(2 * LIMIT)]}), file)


def _copy(file: Path) -> None:
    shutil.copyfile("/dev/zero", file)


def _sqlite(file: Path) -> None:
    with sqlite3.connect(file.with_suffix(".db")) as connection:
        connection.execute("create table runs (event blob)")
        connection.execute("insert into runs values (zeroblob(?))", [2 * LIMIT])


@pytest.mark.parametrize("write", [_database, _parquet, _copy, _sqlite])
def test_a_file_that_may_not_grow_is_named_by_whoever_writes_it(
    write: Callable[[Path], None], tmp_path: Path, small_files: None
) -> None:
    file = tmp_path / "file"
    with pytest.raises(Exception) as failure:
        write(file)
    full = full_disk(failure.value, tmp_path)
    assert full is not None
    assert str(tmp_path) in full.problem.split(" cannot grow: a limit of the system is reached: ")[0]
    assert "then run again" in str(full)


def test_a_cause_is_asked_too(tmp_path: Path) -> None:
    target = tmp_path / "raw.duckdb"
    error = RuntimeError("the step failed")
    error.__cause__ = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))
    full = full_disk(error, tmp_path)
    assert full is not None and full.problem.startswith(f"{target} cannot grow: the disk is full, ")


def test_without_a_free_byte_any_error_is_the_full_disks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1 << 30, 1 << 30, 0))
    full = full_disk(OSError("disk I/O error"), tmp_path / "home")
    assert full is not None
    assert full.problem == f"{tmp_path / 'home'} cannot grow: the disk is full, 0 MB are free: disk I/O error"


def test_sqlites_error_is_another_where_no_file_is_limited(tmp_path: Path) -> None:
    assert full_disk("(sqlite3.OperationalError) disk I/O error", tmp_path) is None


@pytest.mark.parametrize("error", [ValueError("no such column"), "no such column"])
def test_another_error_is_no_full_disk(error: Exception | str, tmp_path: Path) -> None:
    assert full_disk(error, tmp_path) is None
