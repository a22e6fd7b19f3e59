"""Spreadsheets of the warehouses: transfers, counts, returned goods, shipments."""

from __future__ import annotations

import numpy as np
import polars as pl

from demo.vendors.shopify.tables.ids import CHILD, LINE, ORDER, store_ids
from demo.vendors.shopify.tables.levels import (
    visible_counts,
    visible_receipts,
    visible_transfers,
)
from demo.vendors.shopify.tables.orders import CARRIERS
from demo.world.catalog import GOODS
from demo.world.inventory import (
    ARRIVAL_SECOND,
    COUNT_REASONS,
    COUNT_SECOND,
    OPENING_SECOND,
    TRANSFER_SECOND,
)
from demo.world.outcomes import APPROVED
from demo.world.scenario import DAY, NEVER
from demo.world.shoppers import POS
from demo.world.stores import LOCATIONS, REGIONS, STORES
from demo.world.values import choose, money, pick, wall_times
from demo.world.view import View

CONDITIONS = ("new", "opened", "damaged", "defective")
_PLACES = [x.name for x in LOCATIONS]
_CURRENCIES = [s.currency for s in STORES]


def tables(view: View) -> dict[str, pl.DataFrame]:
    """Frames by template."""
    return {
        "transfers": _transfers(view),
        "stock_counts": _counts(view),
        "return_processing": _return_processing(view),
        "shipments": pl.concat([_outbound(view), _inbound(view)]),
    }


def _transfers(view: View) -> pl.DataFrame:
    rows = visible_transfers(view)
    scenario = view.world.scenario
    store = rows["store"].to_numpy()
    there = pl.Series(rows["arrival_ts"].to_numpy() <= view.now)
    arrival = scenario.naive(store, rows["arrival"].to_numpy(), np.full(len(store), ARRIVAL_SECOND))
    return rows.select(
        transfer_id=pl.format("TR-{}", pl.col("number").cast(pl.String).str.zfill(5)),
        store_id=store_ids(store),
        sku=view.world.catalog.skus[rows["sku"].to_numpy()],
        from_location=pick(_PLACES, store * 2),
        to_location=pick(_PLACES, store * 2 + 1),
        shipped_quantity="quantity",
        received_quantity=pl.when(there).then(pl.col("received")),
        shipped_at=wall_times(scenario.naive(store, rows["day"].to_numpy(), np.full(len(store), TRANSFER_SECOND))),
        received_at=wall_times(np.where(there.to_numpy(), arrival, NEVER)),
        transfer_cost=money(20 + rows["quantity"].to_numpy() * 12),
        currency=pick(_CURRENCIES, store),
    )


def _counts(view: View) -> pl.DataFrame:
    """Opening stock and physical counts."""
    scenario = view.world.scenario
    opening = view.world.stock.opening
    cells = np.flatnonzero(opening)
    first = pl.DataFrame({"cell": cells, "counted": opening[cells]}).select(
        number=pl.lit(-1, dtype=pl.Int64),
        day=pl.lit(0, dtype=pl.Int64),
        cell="cell",
        counted="counted",
        system=pl.lit(None, dtype=pl.Int64),
        reason=pl.lit(-1, dtype=pl.Int64),
    )
    counted = visible_counts(view).select(first.columns)
    rows = pl.concat([first, counted])
    cell, day = rows["cell"].to_numpy(), rows["day"].to_numpy()
    location, reason = cell // GOODS, rows["reason"].to_numpy()
    second = np.where(rows["number"].to_numpy() < 0, OPENING_SECOND, COUNT_SECOND)
    return rows.select(
        count_id=pl.when(pl.col("number") < 0)
        .then(pl.lit("SC-OPENING"))
        .otherwise(pl.format("SC-{}", pl.col("number").cast(pl.String).str.zfill(5))),
        store_id=store_ids(location // 2),
        location=pick(_PLACES, location),
        sku=view.world.catalog.skus[cell % GOODS],
        counted_at=wall_times(scenario.naive(location // 2, day, second)),
        counted_quantity="counted",
        system_quantity="system",
        reason=pick([*COUNT_REASONS, "opening"], np.where(reason < 0, len(COUNT_REASONS), reason)),
    )


def _return_processing(view: View) -> pl.DataFrame:
    """Goods that came back, as inspected."""
    scenario = view.world.scenario
    headers = view.returns.filter(pl.col("return_fate") == APPROVED).select(
        "order", "return", "received_day", "inspected_day", "received_second", "inspected_second", "store"
    )
    store = headers["store"].to_numpy()
    received = scenario.utc(store, headers["received_day"].to_numpy(), headers["received_second"].to_numpy())
    headers = headers.with_columns(
        received_utc=received,
        inspected_utc=scenario.utc(store, headers["inspected_day"].to_numpy(), headers["inspected_second"].to_numpy()),
        received_at=scenario.naive(store, headers["received_day"].to_numpy(), headers["received_second"].to_numpy()),
        inspected_at=scenario.naive(store, headers["inspected_day"].to_numpy(), headers["inspected_second"].to_numpy()),
    ).filter(pl.col("received_utc") <= view.now)
    rows = view.return_lines.select("order", "line", "condition", "restocked", "returned", "sku").join(
        headers, on="order", how="inner", maintain_order="left"
    )
    inspected = rows["inspected_utc"].to_numpy() <= view.now
    condition, units, line = (rows[c].to_numpy() for c in ("condition", "returned", "line"))
    disposition = choose(
        [rows["restocked"].to_numpy(), condition == 2, condition == 3], ["restock", "liquidate", "dispose"], "refurbish"
    )
    known = pl.Series(inspected)
    return rows.select(
        store_id=store_ids(rows["store"].to_numpy()),
        return_id=(pl.col("return") + CHILD).cast(pl.String),
        order_line_id=(pl.col("line") + LINE).cast(pl.String),
        received_at=wall_times(rows["received_at"].to_numpy()),
        inspected_at=wall_times(np.where(inspected, rows["inspected_at"].to_numpy(), NEVER)),
        condition=pl.when(known).then(pick(list(CONDITIONS), condition)),
        disposition=pl.when(known).then(disposition),
        return_shipping_cost=money(520 + line % 7 * 35 + units * 40),
        labour_cost=money(np.where(inspected, 180 + units * 60, 0)),
        disposal_cost=money(np.where(inspected & (condition == 3), units * 110, 0)),
        currency=pick(_CURRENCIES, rows["store"].to_numpy()),
    )


def _outbound(view: View) -> pl.DataFrame:
    rows = view.parcels.filter(~((pl.col("source") == POS) & (pl.col("parcel") == 0))).join(
        view.orders.select("order", "region", "shipping_method"), on="order", how="left", maintain_order="left"
    )
    store, number, ts, arrive = (rows[c].to_numpy() for c in ("store", "fulfillment", "ts", "arrive_ts"))
    express = rows["shipping_method"].to_numpy() == 1
    offsets = ts - scenario_wall(view, store, ts)
    there = arrive <= view.now
    arrival = scenario_wall(view, store, arrive)
    carrier = pick([c for pair in CARRIERS for c in pair], store * 2 + number % 2)
    cost = np.where(express, 1_150, 480) + rows["units"].to_numpy() * 65 + number % 9 * 12
    return rows.select(
        shipment_id=pl.format("SHP-{}", pl.col("fulfillment")),
        store_id=store_ids(store),
        order_id=(pl.col("order") + ORDER).cast(pl.String),
        purchase_order_id=pl.lit(None, dtype=pl.String),
        carrier=carrier,
        service=choose([express], ["express"], "standard"),
        origin=pick(_PLACES, rows["location"].to_numpy()),
        destination=pick([r.country for r in REGIONS], rows["region"].to_numpy()),
        shipped_at=wall_times(ts - offsets),
        promised_at=wall_times(ts - offsets + np.where(express, 2, 4) * DAY),
        delivered_at=wall_times(np.where(there, arrival, NEVER)),
        cost=money(cost),
        currency=pick(_CURRENCIES, store),
    )


def scenario_wall(view: View, store: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """Instants as wall-clock seconds of each store's time zone."""
    result = np.empty(len(seconds), dtype=np.int64)
    for index, shop in enumerate(STORES):
        here = store == index
        local = (
            pl.Series(seconds[here] * 1_000_000)
            .cast(pl.Datetime("us", "UTC"))
            .dt.convert_time_zone(shop.timezone)
            .dt.replace_time_zone(None)
        )
        result[here] = local.cast(pl.Int64).to_numpy() // 1_000_000
    return result


def _inbound(view: View) -> pl.DataFrame:
    """Freight of purchase orders: one shipment per delivery."""
    orders = view.world.stock.orders
    rows = (
        visible_receipts(view)
        .group_by("po", "sequence", maintain_order=True)
        .agg(pl.col("store", "day").first(), pl.col("received").sum())
        .join(orders.select("po", "supplier", "expected", placed="day"), on="po", how="left", maintain_order="left")
    )
    store, day = rows["store"].to_numpy(), rows["day"].to_numpy()
    scenario = view.world.scenario
    left = np.maximum(rows["placed"].to_numpy() + 1, day - (day - rows["placed"].to_numpy()) // 2)
    noon, morning = np.full(len(day), 12 * 3600), np.full(len(day), ARRIVAL_SECOND)
    return rows.select(
        shipment_id=pl.format("INB-{}-{}", pl.col("po").cast(pl.String).str.zfill(5), pl.col("sequence") + 1),
        store_id=store_ids(store),
        order_id=pl.lit(None, dtype=pl.String),
        purchase_order_id=pl.format("PO-{}", pl.col("po").cast(pl.String).str.zfill(5)),
        carrier=pl.lit("Maersk"),
        service=pl.lit("freight"),
        origin=pick([s.country for s in view.world.suppliers], rows["supplier"].to_numpy()),
        destination=pick(_PLACES, store * 2),
        shipped_at=wall_times(scenario.naive(store, left, noon)),
        promised_at=wall_times(scenario.naive(store, rows["expected"].to_numpy(), noon)),
        delivered_at=wall_times(scenario.naive(store, day, morning)),
        cost=money(4_000 + rows["received"].to_numpy() * 30),
        currency=pl.lit("USD"),
    )
