"""A state folder that commands run in, each in a process of its own, and what it has published."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import duckdb

from shophouse.settings import PROJECT_ROOT, Settings

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
DEMO = ("demo", "--scale", "0.002", "--days", "60", "--as-of", f"{AS_OF:%Y-%m-%d}")
RUN_SETTINGS = {
    "SHOPHOUSE_AS_OF": AS_OF.isoformat(),
    "SHOPHOUSE_REPORTING_CURRENCY": "USD",
    "SHOPHOUSE_HASH_KEY": "the same in every state folder",
}
"""Settings under which every state folder of one merchant publishes the same rows; they name no API."""

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
    def merchant(self) -> Path:
        """The simulated merchant, as the local server serves it."""
        return self.folder / "demo" / "merchant"

    @property
    def truth(self) -> Path:
        """The simulated merchant's own books."""
        return self.folder / "demo" / "truth"

    def copy(self, folder: Path) -> Home:
        """The same state in another folder."""
        shutil.copytree(self.folder, folder)
        return Home(folder)

    def forget_what_was_built(self) -> None:
        """Leaves the tables and nothing that says what they are made of: the next run builds every one again."""
        (self.folder / "inputs.json").unlink()
        with duckdb.connect(self.settings.build_db) as build:
            build.execute("drop schema state cascade")

    def forget_runs(self) -> None:
        """Leaves no record of a run, whose files grow with each."""
        shutil.rmtree(self.folder / "dagster" / "history")

    def shophouse(
        self, *arguments: str, environment: Mapping[str, str] | None = None, largest_file: int | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs the command line to its end; where ``largest_file`` is given, no file may grow beyond so many bytes."""
        return subprocess.run(
            command_line(*arguments),
            cwd=PROJECT_ROOT,
            env=self.environment(environment),
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=None if largest_file is None else partial(_limit_files, largest_file),
        )

    def environment(self, settings: Mapping[str, str] | None = None) -> dict[str, str]:
        """A command's environment; settings and credentials of whoever runs the tests are left out."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("SHOPHOUSE_", "SOURCES__"))}
        return clean | {"SHOPHOUSE_HOME": str(self.folder), **(settings or {})}

    def published_as_of(self) -> str:
        """Instant of the current publication."""
        return str(json.loads((self.folder / "published" / "publication.json").read_text())["as_of"])

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Asks the published file."""
        with duckdb.connect(self.settings.published_db, read_only=True) as connection:
            return connection.execute(query).fetchall()

    def raw_rows(self, source: str) -> dict[str, int]:
        """Rows of each of a source's raw tables."""
        with duckdb.connect(self.settings.raw_db, read_only=True) as connection:
            names = connection.execute(
                "select table_name from duckdb_tables() where schema_name = ? and not starts_with(table_name, '_dlt')",
                [source],
            ).fetchall()
            return {
                str(name): connection.execute(f'select count(*) from "{source}"."{name}"').fetchall()[0][0]
                for (name,) in names
            }

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


def _limit_files(largest: int) -> None:
    _, unchanged = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, unchanged))


def command_line(*arguments: str) -> list[str]:
    """The command line of this environment: the one on the PATH may be another."""
    return [str(Path(sys.executable).with_name("shophouse")), *arguments]


def differing(one: Mapping[str, object], other: Mapping[str, object]) -> set[str]:
    """Tables of which two publications hold different rows."""
    return {table for table in one.keys() | other.keys() if one.get(table) != other.get(table)}
