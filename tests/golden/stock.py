"""The golden merchant's stock, day by day, worked out from its movements alone: a second way to what spans hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

Place = tuple[str, str, str]
Day = tuple[Place, date]


@dataclass(frozen=True)
class StockDay:
    """What a place holds on one day.

    Attributes:
        opening: on hand at its start.
        flow: what moved on it.
        closing: on hand at its end.
    """

    opening: int
    flow: int
    closing: int


def stock_by_walking(warehouse: duckdb.DuckDBPyConnection) -> dict[Day, StockDay]:
    """Adds up the movements of every place, one day after the other, to the last day of the place's store."""
    moved: dict[Place, dict[date, int]] = {}
    for store, location, sku, day, quantity in warehouse.execute(
        "select store_id, location_id, sku, movement_date, cast(sum(quantity) as int) "
        "from marts.fct_inventory_movements group by all"
    ).fetchall():
        moved.setdefault((store, location, sku), {})[day] = quantity
    last_days = dict(
        warehouse.execute("select store_id, max(to_date) from marts.fct_inventory_spans group by store_id").fetchall()
    )
    walked: dict[Day, StockDay] = {}
    for place, quantities in moved.items():
        on_hand = 0
        for day in _days(min(quantities), last_days[place[0]]):
            flow = quantities.get(day, 0)
            walked[place, day] = StockDay(on_hand, flow, on_hand + flow)
            on_hand += flow
    return walked


def stock_of_the_view(warehouse: duckdb.DuckDBPyConnection) -> dict[Day, StockDay]:
    """What the daily view says of the same, on days from a place's first movement on."""
    rows = warehouse.execute(
        """
        select
            stock.store_id, stock.location_id, stock.sku, stock.date,
            stock.opening_quantity,
            stock.initial_quantity + stock.receipt_quantity - stock.sale_quantity + stock.return_quantity
                + stock.transfer_in_quantity - stock.transfer_out_quantity
                + stock.count_adjustment_quantity + stock.reconciliation_adjustment_quantity,
            stock.closing_quantity
        from marts.fct_inventory_daily as stock
        inner join (
            select store_id, location_id, sku, min(movement_date) as first_date
            from marts.fct_inventory_movements
            group by all
        ) as moved using (store_id, location_id, sku)
        where stock.date >= moved.first_date
        """
    ).fetchall()
    return {((store, location, sku), day): StockDay(*numbers) for store, location, sku, day, *numbers in rows}


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)
