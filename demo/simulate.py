"""Writes a simulated merchant and its truths."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

import polars as pl

from demo.defaults import DEFAULT_DAYS, DEFAULT_SCALE, DEFAULT_SEED
from demo.merchant import Merchant
from demo.truth import write_truth
from demo.vendors.files.spreadsheets import write_spreadsheets
from demo.vendors.shopify.tables.catalog import write_catalog
from demo.vendors.shopify.tables.customers import write_customers
from demo.vendors.shopify.tables.journeys import write_journeys
from demo.vendors.shopify.tables.ledger import ledger, write_ledger
from demo.vendors.shopify.tables.levels import sellable, stock_levels, write_levels
from demo.vendors.shopify.tables.orders import write_orders
from demo.vendors.shopify.tables.payments_account import write_payments_account
from demo.vendors.shopify.tables.returns import write_returns
from demo.vendors.shopify.tables.sessions import write_sessions
from demo.world.scenario import Scenario
from demo.world.view import View, look_at
from demo.world.world import World, build_world
from ingestion.sources import NAMES

WRITTEN = "%Y%m%dT%H%M%SZ"
"""How the folder of an earlier merchant is named: its instant (UTC)."""
_BESIDE_THE_SHOP = tuple(name for name in NAMES if name not in ("shopify", "files"))


def _silent(what: str, rows: int) -> None:
    """Progress that nobody watches."""


def simulate(
    folder: Path,
    *,
    as_of: datetime,
    scale: float = DEFAULT_SCALE,
    days: int = DEFAULT_DAYS,
    seed: int = DEFAULT_SEED,
    world_end: datetime | None = None,
    truth: Path | None = None,
    earlier: Mapping[datetime, Sequence[str]] = MappingProxyType({}),
    progress: Callable[[str, int], None] = _silent,
) -> Merchant:
    """Simulates a merchant and writes it; what lay in the two folders is replaced.

    Args:
        folder: where the merchant's tables go.
        as_of: nothing later is visible; a time without zone is UTC.
        scale: 1 is 100,000 customers and about 1,000,000 order lines, whatever the number of days.
        days: simulated days up to and with that of ``world_end``; at least 60.
        seed: which world.
        world_end: end of the world; None: ``as_of``. The same world seen at a later ``as_of`` is the same merchant
            with more history, which is what an incremental sync meets.
        truth: where the truth tables go; None: ``truth`` beside ``folder``.
        earlier: instants before ``as_of`` (UTC) at which the merchant is written too, as far as a sync of that day
            leaves what one of today does not, and the sources of that sync; of a shop, catalogue and stock. Each lies
            in a folder of its instant (:data:`WRITTEN`) in ``earlier`` beside ``folder``.
        progress: called with (what, number so far).

    Returns:
        the merchant.

    Raises:
        ValueError: scale, days or instants that make no world.
    """
    instant = as_of.replace(tzinfo=UTC) if as_of.tzinfo is None else as_of.astimezone(UTC)
    end = instant if world_end is None else world_end.astimezone(UTC)
    world = build_world(Scenario(scale, days, seed, instant, end), progress)
    view = look_at(world)
    truths, past = truth or folder.parent / "truth", folder.parent / "earlier"
    for place in (folder, truths, past):
        shutil.rmtree(place, ignore_errors=True)
    merchant = Merchant(folder)
    levels, sales = _write_stock(view, merchant), ledger(view)
    write_customers(view, merchant)
    write_orders(view, merchant)
    write_returns(view, merchant)
    write_payments_account(view, merchant)
    write_ledger(view, merchant, sales)
    write_journeys(view, merchant)
    write_sessions(view, merchant)
    progress("shop tables written", view.orders.height)
    _write_vendors(view, merchant, _BESIDE_THE_SHOP)
    progress("ad and census tables written", 0)
    for moment, names in earlier.items():
        _write_earlier(_seen_at(world, moment), Merchant(past / f"{moment:{WRITTEN}}"), names)
    progress("earlier days written", len(earlier))
    write_spreadsheets(view, merchant)
    write_truth(view, truths, sales, levels)
    progress("spreadsheets and truths written", 0)
    return merchant


def _seen_at(world: World, as_of: datetime) -> View:
    return look_at(replace(world, scenario=replace(world.scenario, as_of=as_of)))


def _write_earlier(view: View, merchant: Merchant, names: Sequence[str]) -> None:
    if "shopify" in names:
        _write_stock(view, merchant)
    _write_vendors(view, merchant, [name for name in names if name in _BESIDE_THE_SHOP])


def _write_stock(view: View, merchant: Merchant) -> pl.DataFrame:
    """Writes catalogue and stock; returns the levels."""
    levels = stock_levels(view)
    write_catalog(view, merchant, sellable(levels))
    write_levels(view, merchant, levels)
    return levels


def _write_vendors(view: View, merchant: Merchant, names: Sequence[str]) -> None:
    for name in names:
        import_module(f"demo.vendors.{name}.tables").write(view, merchant)
