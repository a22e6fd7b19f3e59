"""Vendors on a bad day: what they get wrong costs time and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from demo.faults import Fault, FaultPlan
from demo.serve import serve
from tests.end_to_end.home import AS_OF, RUN_SETTINGS, Home, differing

pytestmark = pytest.mark.slow

FAULTS = FaultPlan(rate=0.05, seed=3)
REQUESTS = 300
"""Requests that a run makes at least; it makes about a thousand."""


def test_faults_in_five_percent_of_requests_change_nothing(
    begun: Home, finished: Home, finished_hashes: Mapping[str, tuple[object, ...]]
) -> None:
    """429s, server errors, throttles, cut connections, repeated rows and slow answers leave the publication as it is."""
    met = {fault for fault, _ in filter(None, map(FAULTS.fault, range(1, REQUESTS + 1)))}
    assert met == set(Fault)
    with serve(finished.merchant, faults=FAULTS, as_of=AS_OF) as server:
        done = begun.shophouse("run", environment=RUN_SETTINGS | server.configuration())
    assert done.returncode == 0, done.stdout + done.stderr
    assert differing(begun.hashes(), finished_hashes) == set()
