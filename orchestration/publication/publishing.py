"""Publication: the audited warehouse, copied whole and put in place in one step."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from shophouse.database_file import BLOCK_BYTES, ensure_database
from shophouse.settings import Settings

SLACK = 0.5
"""Share of a file's blocks that may be empty before a copy leaves them out. Tables that are built again leave them, and
the next tables fill them: to leave them out of every publication would cost a sync more than its models."""

SMALL = 256 * 2**20
"""Bytes up to which a file is written anew, in smaller blocks. Every table leaves blocks half empty, a seventh of the
demo's file for two CPU seconds' work; those of large tables are full, and the work is more."""

SMALL_BLOCK_BYTES = 65_536
"""Size of a block of a small file: in still smaller ones DuckDB packs numbers no more."""

KEPT = 3
"""Previous publications that are kept beside the current one."""


class PublicationError(Exception):
    """The warehouse is not fit to be published; the last publication stays in place."""


@dataclass(frozen=True)
class Publication:
    """What was published.

    Attributes:
        as_of: the run's instant, ISO 8601.
        file: the published file.
        tables: ``schema.table`` to rows.
        bytes: size of the file.
    """

    as_of: str
    file: str
    tables: dict[str, int]
    bytes: int


def publish(settings: Settings, as_of: datetime) -> Publication:
    """Publishes the warehouse as it is.

    Readers that hold the old file keep it; who opens the file afterwards gets the new one; nobody sees half of it.

    Args:
        settings: where the files are.
        as_of: the run's instant.

    Returns:
        what was published.

    Raises:
        PublicationError: the warehouse holds a view that does not answer in the copy, or no table at all.
    """
    _checkpoint(settings.warehouse_db)
    target = settings.published_db
    target.parent.mkdir(parents=True, exist_ok=True)
    incoming = target.with_name(f".{target.name}.incoming")
    incoming.unlink(missing_ok=True)
    try:
        _copy(settings.warehouse_db, incoming)
        tables = _inspect(incoming)
        with open(incoming, "rb") as file:
            os.fsync(file.fileno())
    except BaseException:
        # A copy that was refused, or that a full disk cut short, must not keep holding the space.
        incoming.unlink(missing_ok=True)
        raise
    incoming.chmod(0o444)
    _keep_previous(target)
    os.replace(incoming, target)
    publication = Publication(as_of.isoformat(), str(target), tables, target.stat().st_size)
    _write_record(settings, publication)
    return publication


def last_publication(settings: Settings) -> Publication | None:
    """The record of the current publication, or None before the first."""
    record = _record(settings)
    return Publication(**json.loads(record.read_text())) if record.exists() else None


def _checkpoint(database: Path) -> None:
    with duckdb.connect(database) as connection:
        connection.execute("checkpoint")


def _copy(warehouse: Path, incoming: Path) -> None:
    """The warehouse as it is, which is fastest, or table by table where that makes the file smaller."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        free, total = connection.execute("select free_blocks, total_blocks from pragma_database_size()").fetchall()[0]
    is_small = warehouse.stat().st_size <= SMALL
    if free <= SLACK * total and not is_small:
        shutil.copyfile(warehouse, incoming)
        return
    ensure_database(incoming, block_bytes=SMALL_BLOCK_BYTES if is_small else BLOCK_BYTES)
    with duckdb.connect() as connection:
        connection.execute(f"attach {_literal(warehouse)} as warehouse (read_only)")
        connection.execute(f"attach {_literal(incoming)} as published")
        connection.execute("copy from database warehouse to published")


def _literal(path: Path) -> str:
    return "'" + path.as_posix().replace("'", "''") + "'"


def _inspect(database: Path) -> dict[str, int]:
    with duckdb.connect(database, read_only=True) as connection:
        relations = connection.execute(
            "select table_schema, table_name, table_type from information_schema.tables "
            "where table_catalog = current_database() order by 1, 2"
        ).fetchall()
        if not relations:
            raise PublicationError(f"{database}: there is no table to publish; run the transform first")
        _require_answers(connection, [f"{schema}.{name}" for schema, name, kind in relations if kind == "VIEW"])
        counts = " union all ".join(
            f'select \'{schema}.{name}\', count(*) from "{schema}"."{name}"'
            for schema, name, kind in relations
            if kind != "VIEW"
        )
        return dict(connection.execute(counts).fetchall())


def _require_answers(connection: duckdb.DuckDBPyConnection, views: list[str]) -> None:
    """Asks every view of the copy, which is open under a name of its own: one that names another file's fails here."""
    for view in views:
        try:
            connection.execute(f"select * from {view} limit 0")
        except duckdb.Error as error:
            raise PublicationError(f"the view {view} does not answer in the published file: {error}") from error


def _keep_previous(target: Path) -> None:
    """Links the current publication under its time, and lets all but the newest few go."""
    if not target.exists():
        return
    previous = target.parent / "previous"
    previous.mkdir(exist_ok=True)
    stamp = datetime.fromtimestamp(target.stat().st_mtime).strftime("%Y%m%dT%H%M%S%f")
    link = previous / f"{target.stem}-{stamp}{target.suffix}"
    if not link.exists():
        os.link(target, link)
    for old in sorted(previous.glob(f"{target.stem}-*{target.suffix}"))[:-KEPT]:
        old.unlink()


def _record(settings: Settings) -> Path:
    return settings.published_db.with_name("publication.json")


def _write_record(settings: Settings, publication: Publication) -> None:
    incoming = _record(settings).with_suffix(".incoming")
    incoming.write_text(json.dumps(asdict(publication), indent=1))
    os.replace(incoming, _record(settings))
