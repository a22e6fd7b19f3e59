"""Where given data lies, for tests that want a real file and skip without it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE_THE_REPOSITORY = Path(__file__).resolve().parents[3] / "shared"


def shared(relative: str) -> Path:
    """A file of the shared folder (``SHOPHOUSE_SHARED``, else ``../shared``); the test is skipped if it is absent."""
    path = Path(os.environ.get("SHOPHOUSE_SHARED", _BESIDE_THE_REPOSITORY)) / relative
    if not path.exists():
        pytest.skip(f"{relative} is not in the shared folder (set SHOPHOUSE_SHARED)")
    return path
