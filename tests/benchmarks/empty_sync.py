"""``shophouse sync shopify`` where nothing has changed in the shop: no model is built, and the publication stays."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta

from demo.serve import serve
from orchestration.publication.publishing import last_publication
from shophouse.settings import Settings
from tests.benchmarks.bench import Bench, Figures
from tests.benchmarks.built_demo import built_demo
from tests.benchmarks.command import cost_of

_SYNCED_AFTER = timedelta(hours=1)


def measure(bench: Bench) -> Figures:
    """Syncs a copy of the built warehouse with the shop that it was built from.

    Raises:
        RuntimeError: the sync published again.
    """
    built = built_demo(bench)
    home = bench.work / "synced_empty"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(built.home, home)
    before = last_publication(Settings(home=home))
    assert before is not None
    as_of = datetime.fromisoformat(before.as_of) + _SYNCED_AFTER
    with serve(home / "demo" / "merchant", as_of=as_of) as server:
        cost = cost_of(["sync", "shopify"], home, as_of, server.configuration())
    if last_publication(Settings(home=home)) != before:
        raise RuntimeError(f"the sync of {as_of.isoformat()} published again in {home}")
    return cost
