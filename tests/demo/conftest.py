"""A small simulated merchant, made once for all tests of the simulation, and empty state folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.simulate import simulate
from shophouse.settings import Settings
from tests.support.homes import empty_home
from tests.support.simulated import AS_OF, DAYS, SCALE, SEED, Simulated


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """The merchant."""
    folder = tmp_path_factory.mktemp("simulated")
    merchant = simulate(folder / "merchant", as_of=AS_OF, scale=SCALE, days=DAYS, seed=SEED)
    return Simulated(merchant, folder / "truth")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An empty state folder; no source is configured."""
    return empty_home(tmp_path, monkeypatch)
