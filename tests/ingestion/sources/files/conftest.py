"""A home whose tables are there: making them takes dlt seconds, copying the file none."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.load.empty_tables import create_empty_tables
from ingestion.sources.files.source import SOURCE
from shophouse.settings import Settings

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def empty_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = Settings(home=tmp_path_factory.mktemp("empty"), as_of=AS_OF)
    create_empty_tables([SOURCE], settings)
    return settings.raw_db


@pytest.fixture
def settings(tmp_path: Path, empty_tables: Path) -> Settings:
    """Settings of a home with an empty inbox and the empty tables of the files source."""
    settings = Settings(home=tmp_path / "home", as_of=AS_OF)
    settings.inbox.mkdir(parents=True)
    shutil.copy(empty_tables, settings.raw_db)
    return settings
