"""A state folder that commands run in, each in a process of its own, and what it has published."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.settings import PROJECT_ROOT, Settings

_UNREPEATABLE = {"duration_seconds"}
"""Columns that tell of the run and not of the data."""


@dataclass(frozen=True)
class Home:
    """A state folder."""

    folder: Path

    @property
    def settings(self) -> Settings:
        """Where its files are."""
        return Settings(home=self.folder)

    @property
    def truth(self) -> Path:
        """The simulated merchant's own books."""
        return self.folder / "demo" / "truth"

    def shophouse(
        self, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs the command line; settings and credentials of whoever runs the tests are left out."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("SHOPHOUSE_", "SOURCES__"))}
        command = [str(Path(sys.executable).with_name("shophouse")), *arguments]
        settings = {"SHOPHOUSE_HOME": str(self.folder), **(environment or {})}
        return subprocess.run(
            command, cwd=PROJECT_ROOT, env=clean | settings, capture_output=True, text=True, check=False
        )

    def published_as_of(self) -> str:
        """Instant of the current publication."""
        return str(json.loads((self.folder / "published" / "publication.json").read_text())["as_of"])

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Asks the published file."""
        with duckdb.connect(self.settings.published_db, read_only=True) as connection:
            return connection.execute(query).fetchall()

    def hashes(self) -> dict[str, tuple[object, ...]]:
        """Rows and a hash of the content of every published table, in whatever order its rows lie."""
        columns: dict[str, list[str]] = {}
        for table, column in self.rows(
            "select table_schema || '.' || table_name, column_name from information_schema.columns order by all"
        ):
            if column not in _UNREPEATABLE:
                columns.setdefault(str(table), []).append(f'"{column}"')
        return {
            table: self.rows(f"select count(*), sum(hash({', '.join(names)})::hugeint) from {table}")[0]
            for table, names in columns.items()
        }
