"""State folders for tests: empty ones, without credentials of whoever runs the tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shophouse.settings import Settings


def empty_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An empty state folder that commands find through the environment; no source is configured.

    Args:
        folder: where it is made, and where the test's process stands from now on.
        monkeypatch: of the test.

    Returns:
        its settings.
    """
    for name in [n for n in os.environ if n.startswith(("SHOPHOUSE_", "SOURCES__"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SHOPHOUSE_HOME", str(folder / "home"))
    # dlt looks for .dlt/secrets.toml below the working directory, which may hold a developer's own.
    monkeypatch.chdir(folder)
    return Settings()
