"""State folders of the orchestration tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from shophouse.settings import Settings
from tests.support.homes import empty_home


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An empty state folder; no source is configured."""
    return empty_home(tmp_path, monkeypatch)
