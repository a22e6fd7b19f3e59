"""Opening ``raw.duckdb`` for writing, and saying who is in the way when that fails."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ingestion.source import SourceError
from shophouse.database_file import ensure_database
from shophouse.disk import full_disk
from shophouse.settings import Settings

_HOLDER = re.compile(r"Conflicting lock is held in (?P<program>.*?) \(PID (?P<pid>\d+)\)")
_POLL_SECONDS = 0.25


@contextmanager
def open_raw(settings: Settings, source: str, *, patience: float = 10.0) -> Iterator[duckdb.DuckDBPyConnection]:
    """A writing connection to ``raw.duckdb``; sessions are in UTC.

    Args:
        settings: names the file; it and its folder are created if absent.
        source: named in the error.
        patience: seconds to wait for another process to let the file go (readers hold it for moments).

    Raises:
        SourceError: another process holds the file (with its PID), the disk is full, or the file cannot be opened.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    connection = _connect(settings.raw_db, source, time.monotonic() + patience)
    try:
        connection.sql("set timezone = 'UTC'")
        yield connection
    finally:
        connection.close()


def explain(error: BaseException, source: str, path: Path) -> SourceError | None:
    """The error in the operator's words if it is about the file itself, else None."""
    message = str(error)
    if holder := _HOLDER.search(message):
        return SourceError(
            source,
            f"{path} is in use by {holder['program'].strip()} (PID {holder['pid']})",
            "close that program or wait for it to finish, then run again; nothing was changed",
        )
    if full := full_disk(message, path.parent):
        return SourceError(source, full.problem, full.advice)
    if isinstance(error, duckdb.IOException | duckdb.FatalException):
        return SourceError(source, f"{path} cannot be written: {message.strip()}")
    return None


def _connect(path: Path, source: str, deadline: float) -> duckdb.DuckDBPyConnection:
    while True:
        try:
            ensure_database(path)
            return duckdb.connect(path.as_posix())
        except duckdb.Error as error:
            held = _HOLDER.search(str(error))
            if not held or time.monotonic() > deadline:
                raise explain(error, source, path) or error from error
            time.sleep(_POLL_SECONDS)


def ensure_privacy_key(settings: Settings) -> None:
    """Writes ``raw.shophouse.privacy_key`` (one row: ``hash_key``), the key of every hash of personal data.

    The environment's SHOPHOUSE_HASH_KEY wins; otherwise a random key is made once for this home and kept, because
    a new key would give every customer a new identity.

    Raises:
        SourceError: the file is held by another process.
    """
    with open_raw(settings, "shophouse") as connection:
        connection.sql("create schema if not exists shophouse")
        connection.sql("create table if not exists shophouse.privacy_key (hash_key varchar not null)")
        stored = connection.sql("select hash_key from shophouse.privacy_key").fetchone()
        key = settings.hash_key or (stored[0] if stored else secrets.token_hex(32))
        if stored is None or stored[0] != key:
            connection.begin()
            connection.execute("delete from shophouse.privacy_key")
            connection.execute("insert into shophouse.privacy_key values (?)", [key])
            connection.commit()
