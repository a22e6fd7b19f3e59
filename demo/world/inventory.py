"""Stock by location and day: what can be sold, what arrives, moves, vanishes and is counted.

One pass over the days. Within a day: counts (06:00), arrivals (07:00), what became free yesterday, sales in order of
time, then shipments, restocked returns and transfers (15:00). So neither availability nor on-hand falls below zero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from demo.world.catalog import GOODS, Catalog, Supplier
from demo.world.demand import Demand
from demo.world.outcomes import EDITED_IN, ORDERED, Plans
from demo.world.purchasing import (
    REVIEW_DAYS,
    Planner,
    PurchaseBook,
    Rows,
    review,
)
from demo.world.scenario import NEVER, Flags, Floats, Ints, Scenario

CELLS = 4 * GOODS
"""Stock cells: location index * GOODS + SKU index."""
COUNT_SECOND, ARRIVAL_SECOND, TRANSFER_SECOND = 6 * 3600, 7 * 3600, 15 * 3600
OPENING_SECOND = 0
SHRINK_RATE = 0.006
COUNT_REASONS = ("cycle", "annual", "write_off")
CYCLE, ANNUAL, WRITE_OFF = range(3)


@dataclass(frozen=True)
class Stock:
    """What happened to stock.

    Attributes:
        accepted: by planned line, whether stock was there for it.
        removed: by planned line, whether an edit took it out again.
        on_hand: units by day (end of it, in the store's time) and cell.
        opening: units by cell.
        orders, order_lines, receipts: purchase orders, their lines and deliveries.
        transfers: shipped on ``day`` at 15:00, received on ``arrival`` at 07:00.
        counts: booked at 06:00; reason is an index of ``COUNT_REASONS``.
    """

    accepted: Flags
    removed: Flags
    on_hand: Ints
    opening: Ints
    orders: pl.DataFrame
    order_lines: pl.DataFrame
    receipts: pl.DataFrame
    transfers: pl.DataFrame
    counts: pl.DataFrame


@dataclass
class _Shelves:
    """Running stock and what is scheduled to change it."""

    available: Ints
    on_hand: Ints
    on_order: Ints
    free: Ints
    """Units that become available at the start of a day (row) in a cell (column)."""
    arrive: Ints
    """Units that arrive in the morning: on hand and available."""
    ledger: Ints
    """Signed units booked on hand at the end of a day."""


@dataclass(frozen=True)
class _Wanted:
    """The planned lines as arrays, and what has become of each so far."""

    columns: dict[str, Ints]
    goods: Flags
    cell: Ints
    cancelled: Flags
    removed_later: Flags
    back_cell: Ints
    restocks: Flags
    accepted: Flags
    removed: Flags

    @classmethod
    def of(cls, lines: pl.DataFrame) -> _Wanted:
        columns = {name: lines[name].to_numpy() for name in lines.columns if lines[name].dtype.is_numeric()}
        goods = columns["sku"] < GOODS
        sku = np.where(goods, columns["sku"], 0)
        return cls(
            columns=columns,
            goods=goods,
            cell=columns["location"] * GOODS + sku,
            cancelled=columns["cancelled_ts"] < NEVER,
            removed_later=columns["removed_ts"] < NEVER,
            back_cell=columns["return_location"] * GOODS + sku,
            restocks=lines["restocked"].to_numpy() & (columns["return_fate"] == 1),
            accepted=~goods,
            removed=np.zeros(len(goods), dtype=bool),
        )

    def by_day(self, days: int) -> list[Ints]:
        """Lines of each day's orders, in order of time."""
        day = self.columns["day"]
        order = np.lexsort((self.columns["line"], self.columns["ts"], day))
        return np.split(order, np.searchsorted(day[order], np.arange(days + 1)))[1:-1]


def simulate_stock(
    scenario: Scenario,
    catalog: Catalog,
    demand: Demand,
    plans: Plans,
    suppliers: list[Supplier],
    progress: Callable[[str, int], None],
) -> Stock:
    """Runs the days."""
    rng = scenario.rng("inventory")
    wanted = _Wanted.of(plans.lines)
    quantity = wanted.columns["quantity"]
    ordered = wanted.goods & (wanted.columns["origin"] == ORDERED)
    planner = Planner.of(scenario, demand, float(quantity[ordered].sum()))
    location_units = np.bincount(wanted.cell[ordered] // GOODS, quantity[ordered], minlength=4).reshape(2, 2)
    second_share = location_units[:, 1] / np.maximum(location_units.sum(axis=1), 1)

    shelves = _open(scenario, catalog, planner, second_share, rng)
    opening = shelves.on_hand.copy()
    on_hand = np.zeros((scenario.days, CELLS), dtype=np.int32)
    book = PurchaseBook()
    transfers = Rows("number", "store", "sku", "day", "quantity", "arrival", "received")
    counts = Rows("number", "day", "cell", "counted", "system", "reason")
    for day, today in enumerate(wanted.by_day(scenario.days)):
        _count(scenario, catalog, shelves, day, rng, counts)
        shelves.available += shelves.arrive[day] + shelves.free[day]
        shelves.on_hand += shelves.arrive[day]
        _sell(wanted, shelves, day, today)
        _purchase(scenario, catalog, suppliers, planner, shelves, day, rng, book)
        _transfer(scenario, catalog, planner, second_share, shelves, day, rng, transfers)
        shelves.on_hand += shelves.ledger[day]
        on_hand[day] = shelves.on_hand
        progress("inventory days", day + 1)
    purchased = book.orders.frame(), book.lines.frame(), book.receipts.frame()
    return Stock(
        wanted.accepted,
        wanted.removed,
        on_hand.astype(np.int64),
        opening,
        *purchased,
        transfers.frame(),
        counts.frame(),
    )


def _sell(wanted: _Wanted, shelves: _Shelves, day: int, today: Ints) -> None:
    """Gives the day's lines what is there: those that an edit adds after the lines of the order that it enlarges."""
    today = today[wanted.goods[today]]
    added = wanted.columns["origin"][today] == EDITED_IN
    for lines in (today[~added], today[added]):
        _give(wanted, shelves, day, lines)


def _give(wanted: _Wanted, shelves: _Shelves, day: int, today: Ints) -> None:
    """Gives lines what is there, and schedules what leaves, comes back or becomes free again."""
    columns, quantity = wanted.columns, wanted.columns["quantity"]
    parent = columns["parent"][today]
    today = today[(parent < 0) | (wanted.accepted[parent] & ~wanted.removed[parent])]
    today = today[_take(wanted.cell[today], quantity[today], shelves.available)]
    wanted.accepted[today] = True
    np.subtract.at(shelves.available, wanted.cell[today], quantity[today])
    first = columns["first_line"][today]
    gone = wanted.removed_later[today] & wanted.accepted[first] & (first != today)
    wanted.removed[today[gone]] = True
    freed = wanted.cancelled[today] | gone
    _at(shelves.free, np.full(freed.sum(), day + 2), wanted.cell[today[freed]], quantity[today[freed]])
    shipped = today[~freed]
    _at(shelves.ledger, columns["ship_day"][shipped], wanted.cell[shipped], -quantity[shipped])
    back = shipped[wanted.restocks[shipped] & (columns["returned"][shipped] > 0)]
    _at(shelves.ledger, columns["refund_day"][back], wanted.back_cell[back], columns["returned"][back])
    _at(shelves.free, columns["refund_day"][back] + 1, wanted.back_cell[back], columns["returned"][back])


def _at(schedule: Ints, day: Ints, cell: Ints, quantity: Ints) -> None:
    """Adds to a schedule; what falls beyond its end never happens in this world."""
    inside = day < len(schedule)
    np.add.at(schedule, (day[inside], cell[inside]), quantity[inside])


def _take(cell: Ints, quantity: Ints, available: Ints) -> Flags:
    """Which of the day's lines, in order of time, find stock: until the cell's running demand exceeds it."""
    by_cell = np.argsort(cell, kind="stable")
    sorted_cell, running = cell[by_cell], np.cumsum(quantity[by_cell])
    starts = np.flatnonzero(np.r_[True, sorted_cell[1:] != sorted_cell[:-1]]) if len(cell) else np.empty(0, dtype=int)
    before = (
        np.repeat(running[starts] - quantity[by_cell][starts], np.diff(np.r_[starts, len(cell)]))
        if len(cell)
        else running
    )
    taken = np.empty(len(cell), dtype=bool)
    taken[by_cell] = running - before <= available[sorted_cell]
    return taken


def _open(
    scenario: Scenario, catalog: Catalog, planner: Planner, second_share: Floats, rng: np.random.Generator
) -> _Shelves:
    """Opening stock: about two months of believed demand, whole units, split over the locations."""
    on_hand = np.zeros(CELLS, dtype=np.int64)
    every = np.arange(GOODS)
    for store in (0, 1):
        rate = planner.rate(store, every, 0, 45)
        units = planner.need(every, rate, 45) * rng.uniform(0.8, 1.4, GOODS) * (catalog.launch[:GOODS] < 0)
        units = np.where(units > 0, units + 1, 0)
        second = np.rint(units * second_share[store])
        on_hand[store * 2 * GOODS : (store * 2 + 1) * GOODS] = np.rint(units - second)
        on_hand[(store * 2 + 1) * GOODS : (store * 2 + 2) * GOODS] = second
    schedule = (scenario.horizon, CELLS)
    return _Shelves(
        on_hand.copy(),
        on_hand,
        np.zeros((2, GOODS), dtype=np.int64),
        np.zeros(schedule, dtype=np.int32),
        np.zeros(schedule, dtype=np.int32),
        np.zeros(schedule, dtype=np.int32),
    )


def _count(
    scenario: Scenario, catalog: Catalog, shelves: _Shelves, day: int, rng: np.random.Generator, out: Rows
) -> None:
    """Counts in the morning: a sixth of a location each month, everything in January, deleted products to zero."""
    gone = np.flatnonzero(catalog.deleted[:GOODS] == day)
    if len(gone):
        cells = (np.arange(4)[:, None] * GOODS + gone[None, :]).ravel()
        _book(shelves, day, cells, -shelves.available[cells], WRITE_OFF, out)
    if day < 20:
        return
    date = scenario.dates[day]
    for location in range(4):
        skus = np.arange(GOODS)
        if (date.month, date.day) == (1, 12):
            reason = ANNUAL
        elif date.day == 3 + 5 * location:
            reason, skus = CYCLE, skus[skus % 6 == date.month % 6]
        else:
            continue
        cells = location * GOODS + skus
        cells = cells[shelves.on_hand[cells] > 0]
        if not len(cells):
            continue
        lost = rng.binomial(shelves.on_hand[cells], SHRINK_RATE)
        found = rng.random(len(cells)) < 0.01
        _book(shelves, day, cells, np.maximum(found - lost, -shelves.available[cells]), reason, out)


def _book(shelves: _Shelves, day: int, cells: Ints, variance: Ints, reason: int, out: Rows) -> None:
    system = shelves.on_hand[cells]
    out.add(len(out.blocks), day, cells, system + variance, system, reason)
    shelves.on_hand[cells] += variance
    shelves.available[cells] += variance


def _purchase(
    scenario: Scenario,
    catalog: Catalog,
    suppliers: list[Supplier],
    planner: Planner,
    shelves: _Shelves,
    day: int,
    rng: np.random.Generator,
    book: PurchaseBook,
) -> None:
    """Reviews the suppliers whose turn it is."""
    for store in (0, 1):
        warehouse = store * 2 * GOODS
        if day:
            arrived = shelves.arrive[day, warehouse : warehouse + GOODS]
            shelves.on_order[store] -= np.minimum(arrived, shelves.on_order[store])
        for index, supplier in enumerate(suppliers):
            if (day + 3 * index + 5 * store) % REVIEW_DAYS:
                continue
            stock = shelves.available[warehouse : warehouse + 2 * GOODS].reshape(2, GOODS).sum(axis=0)
            position = stock + shelves.on_order[store]
            for delivery in review(scenario, catalog, supplier, index, planner, position, store, day, rng, book):
                _at(
                    shelves.arrive,
                    np.full(len(delivery.skus), delivery.day),
                    warehouse + delivery.skus,
                    delivery.stocked,
                )
                shelves.on_order[store, delivery.skus] += delivery.stocked


def _transfer(
    scenario: Scenario,
    catalog: Catalog,
    planner: Planner,
    second_share: Floats,
    shelves: _Shelves,
    day: int,
    rng: np.random.Generator,
    out: Rows,
) -> None:
    """Twice a week the second location is filled up from the warehouse; three to six days on the road."""
    if scenario.dates[day].weekday() not in (0, 3):
        return
    every = np.arange(GOODS)
    for store in (0, 1):
        warehouse, second = store * 2 * GOODS + every, (store * 2 + 1) * GOODS + every
        rate = planner.rate(store, every, day, 21) * second_share[store]
        coming = shelves.arrive[day + 1 : day + 8, second].sum(axis=0)
        position = shelves.available[second] + coming
        sellable = (day >= catalog.launch[:GOODS] - 4) & (day < catalog.discontinued[:GOODS])
        short = (position < rate * 10 + np.sqrt(rate * 10)) & sellable
        wanted = np.ceil(rate * 24 + 1.5 * np.sqrt(rate * 24) - position)
        quantity = np.minimum(wanted, np.floor(shelves.available[warehouse] * 0.6)).astype(np.int64)
        chosen = np.flatnonzero(short & (quantity > 0))
        if not len(chosen):
            continue
        sent = quantity[chosen]
        arrival = day + int(rng.integers(3, 7))
        received = sent - ((rng.random(len(chosen)) < 0.01) & (sent > 3))
        out.add(len(out.blocks), store, chosen, day, sent, arrival, received)
        shelves.available[warehouse[chosen]] -= sent
        _at(shelves.ledger, np.full(len(chosen), day), warehouse[chosen], -sent)
        _at(shelves.arrive, np.full(len(chosen), arrival), second[chosen], received)
