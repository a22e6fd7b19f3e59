"""``shophouse sync shopify`` after 1,000 orders changed: from the shop's API to a new publication."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta

from demo.changes import touch_orders
from demo.merchant import Merchant
from demo.serve import serve
from orchestration.publication.publishing import Publication, last_publication
from shophouse.settings import Settings
from tests.benchmarks.bench import Bench, Figures
from tests.benchmarks.built_demo import built_demo
from tests.benchmarks.command import cost_of

ORDERS = 1_000
_CHANGED_AFTER = timedelta(minutes=30)
_SYNCED_AFTER = timedelta(hours=1)


def measure(bench: Bench) -> Figures:
    """Changes the orders in the shop, and syncs a copy of the built warehouse, so that a repeat starts from the same.

    Raises:
        RuntimeError: the sync ended well but published nothing new.
    """
    built = built_demo(bench)
    published = datetime.fromisoformat(_publication(built).as_of)
    home, changed = bench.work / "synced", bench.work / "changed_merchant"
    for folder in (home, changed):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(built.home, home)
    touch_orders(Merchant(home / "demo" / "merchant"), changed, orders=ORDERS, at=published + _CHANGED_AFTER)
    as_of = published + _SYNCED_AFTER
    with serve(changed, as_of=as_of) as server:
        cost = cost_of(["sync", "shopify"], home, as_of, server.configuration())
    if datetime.fromisoformat(_publication(Settings(home=home)).as_of) != as_of:
        raise RuntimeError(f"the sync of {as_of.isoformat()} published nothing new in {home}")
    return cost


def _publication(settings: Settings) -> Publication:
    publication = last_publication(settings)
    if publication is None:
        raise FileNotFoundError(f"{settings.home}: no record of a publication")
    return publication
