"""New DuckDB files, in the one storage format of the project."""

from __future__ import annotations

from pathlib import Path

import duckdb

STORAGE_VERSION = "v1.4.0"
"""Oldest DuckDB that reads the files. DuckDB's own default suits versions of 2024, and takes half as long again to
store text."""


def ensure_database(path: Path) -> None:
    """Creates an empty database where there is none.

    Args:
        path: of the file; its folder exists.

    Raises:
        duckdb.Error: the file cannot be created.
    """
    if path.exists():
        return
    with duckdb.connect() as connection:
        file = path.as_posix().replace("'", "''")
        connection.execute(f"attach '{file}' as created (storage_version '{STORAGE_VERSION}')")
