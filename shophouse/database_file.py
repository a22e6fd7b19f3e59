"""New DuckDB files, in the one storage format of the project."""

from __future__ import annotations

from pathlib import Path

import duckdb

STORAGE_VERSION = "v1.4.0"
"""Oldest DuckDB that reads the files. DuckDB's own default suits versions of 2024, and takes half as long again to
store text."""

BLOCK_BYTES = 262_144
"""DuckDB's own size of a block, and the largest."""


def ensure_database(path: Path, *, block_bytes: int = BLOCK_BYTES) -> None:
    """Creates an empty database where there is none.

    Args:
        path: of the file; its folder exists.
        block_bytes: size of its blocks: a power of two from 16,384 on.

    Raises:
        duckdb.Error: the file cannot be created.
    """
    if path.exists():
        return
    with duckdb.connect() as connection:
        file = path.as_posix().replace("'", "''")
        connection.execute(
            f"attach '{file}' as created (storage_version '{STORAGE_VERSION}', block_size {block_bytes})"
        )
