"""A small simulated merchant, made once for all tests of the simulation."""

from __future__ import annotations

import pytest

from ingestion.demo.simulation import simulate
from tests.support.simulated import AS_OF, DAYS, SCALE, SEED, Simulated


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    """The merchant."""
    folder = tmp_path_factory.mktemp("simulated")
    merchant = simulate(folder / "merchant", as_of=AS_OF, scale=SCALE, days=DAYS, seed=SEED)
    return Simulated(merchant, folder / "truth")
