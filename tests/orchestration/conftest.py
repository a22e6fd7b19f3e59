"""State folders of the orchestration tests: empty ones, without credentials of whoever runs the tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingestion.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An empty state folder that commands find through the environment; no source is configured."""
    for name in [n for n in os.environ if n.startswith(("SHOPHOUSE_", "SOURCES__"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SHOPHOUSE_HOME", str(tmp_path / "home"))
    # dlt looks for .dlt/secrets.toml below the working directory, which may hold a developer's own.
    monkeypatch.chdir(tmp_path)
    return Settings()
