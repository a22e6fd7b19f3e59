"""What a state folder holds that the demo did not put there: another demo starts from nothing, and spares it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from demo.merchant import Merchant
from ingestion.load.raw_db import open_raw
from ingestion.registry import SOURCES
from ingestion.sources.files.inbox import dropped_files
from ingestion.sources.files.loaded import loaded_files
from ingestion.sources.files.mapping import SUFFIX, read_mapping
from ingestion.sources.files.validate import file_id
from shophouse.settings import Settings


class NotADemoHomeError(Exception):
    """The state folder holds a shop's own data; the demo must not mix with it, nor delete it."""


def refuse_foreign_data(settings: Settings, merchant: Path) -> None:
    """Raises unless all that the state folder holds is the demo merchant's.

    Args:
        settings: the state folder.
        merchant: folder of the merchant that the demo in it was made from; it need not exist.

    Raises:
        NotADemoHomeError: names what is not the demo's.
        SourceError: another process holds the raw database.
    """
    found = list(_foreign(settings, merchant))
    if found:
        raise NotADemoHomeError(
            f"{settings.home} holds what the demo did not put there ({'; '.join(found)}), and a demo with other "
            "parameters starts from nothing: set SHOPHOUSE_HOME to another folder for the demo"
        )


def staff_files(merchant: Path) -> list[Path]:
    """The files that a merchant's staff puts into the inbox, mappings included.

    Args:
        merchant: folder of the merchant; it need not exist.
    """
    return sorted(path for path in (merchant / "files").rglob("*") if path.suffix in (".csv", SUFFIX))


def _foreign(settings: Settings, merchant: Path) -> Iterator[str]:
    place = merchant / "files"
    own = {file.relative_to(place): file.read_bytes() for file in staff_files(merchant)}
    for dropped in dropped_files(settings.inbox):
        for path in dropped.paths:
            if own.get(path.relative_to(settings.inbox)) != path.read_bytes():
                yield f"{path.relative_to(settings.home)}"
    if not settings.raw_db.exists():
        return
    identities = set(_identities(place))
    if imported := len(loaded_files(settings) - identities):
        yield f"{imported} imported files"
    yield from _foreign_owners(settings, Merchant(merchant))


def _identities(place: Path) -> Iterator[str]:
    """What the merchant's files are known by once they are imported."""
    for dropped in dropped_files(place):
        if dropped.path.suffix == ".csv" and dropped.template is not None:
            mapping = read_mapping(dropped.mapping) if dropped.mapping else None
            yield file_id([path.read_bytes() for path in dropped.paths], dropped.template, mapping)


def _foreign_owners(settings: Settings, merchant: Merchant) -> Iterator[str]:
    with open_raw(settings, "demo") as connection:
        for source in SOURCES.values():
            if source.owner is None:
                continue
            table, column = source.owner
            known = set(merchant.frame(source.name, table).select(column).collect().to_series())
            for owner in sorted(_distinct(connection, f"{source.name}.{table}", column) - known):
                yield f"{source.name} data of {owner}"


def _distinct(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> set[str]:
    try:
        return {str(row[0]) for row in connection.sql(f"select distinct {column} from {table}").fetchall()}
    except duckdb.CatalogException:
        return set()
