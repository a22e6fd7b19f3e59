"""Stock levels by location, from the events themselves."""

from __future__ import annotations

import numpy as np
import polars as pl

from demo.merchant import Merchant
from demo.vendors.shopify.tables.catalog import local_day, visible_levels
from demo.vendors.shopify.tables.ids import (
    LEVEL,
    item_ids,
    location_ids,
    of_store,
    store_ids,
)
from demo.world.catalog import GOODS
from demo.world.inventory import (
    ARRIVAL_SECOND,
    CELLS,
    COUNT_SECOND,
    TRANSFER_SECOND,
)
from demo.world.scenario import Ints
from demo.world.situations import (
    DAMAGED_RATE,
    HAND_EDIT_DAYS,
    HAND_EDIT_RATE,
    QUALITY_CONTROL_RATE,
    RESERVED_RATE,
    SAFETY_STOCK_SHARE,
)
from demo.world.stores import STORES
from demo.world.values import instants
from demo.world.view import View

UNAVAILABLE = ("reserved", "damaged", "quality_control", "safety_stock")
"""States of units on hand that nobody may buy, in Shopify's words."""


def visible_receipts(view: View) -> pl.DataFrame:
    """Purchase order receipts by now: the book's columns and ``ts``."""
    return _dated(view, view.world.stock.receipts, "day", ARRIVAL_SECOND)


def visible_transfers(view: View) -> pl.DataFrame:
    """Transfers shipped by now: ``ts``, and ``arrival_ts`` which may lie ahead."""
    transfers = _dated(view, view.world.stock.transfers, "day", TRANSFER_SECOND)
    store, day = transfers["store"].to_numpy(), transfers["arrival"].to_numpy()
    return transfers.with_columns(arrival_ts=view.world.scenario.utc(store, day, np.full(len(day), ARRIVAL_SECOND)))


def visible_counts(view: View) -> pl.DataFrame:
    """Stock counts by now."""
    counts = view.world.stock.counts.with_columns(location=pl.col("cell") // GOODS, sku=pl.col("cell") % GOODS)
    return _dated(view, counts.with_columns(store=pl.col("location") // 2), "day", COUNT_SECOND)


def _dated(view: View, frame: pl.DataFrame, day: str, second: int) -> pl.DataFrame:
    days = frame[day].to_numpy()
    ts = view.world.scenario.utc(frame["store"].to_numpy(), days, np.full(len(days), second))
    return frame.with_columns(ts=ts).filter(pl.col("ts") <= view.now)


def stock_movements(view: View) -> pl.DataFrame:
    """Every visible change of on-hand stock: cell, ts, kind, units (signed)."""
    opening = view.world.stock.opening
    receipts, transfers, counts = visible_receipts(view), visible_transfers(view), visible_counts(view)
    goods = view.lines.filter((pl.col("sku") < GOODS) & (pl.col("ship_ts") <= view.now))
    back = view.refund_lines.filter((pl.col("restock") == "RETURN") & pl.col("restocked"))
    cell = pl.col("location") * GOODS + pl.col("sku")
    arrived = transfers.filter(pl.col("arrival_ts") <= view.now)
    parts = [
        pl.DataFrame({"cell": np.arange(CELLS), "units": opening})
        .select("cell", ts=pl.lit(0, dtype=pl.Int64), kind=pl.lit("opening"), units="units")
        .filter(pl.col("units") != 0),
        receipts.select(
            cell=pl.col("store") * 2 * GOODS + pl.col("sku"),
            ts="ts",
            kind=pl.lit("receipt"),
            units=pl.col("received") - pl.col("rejected"),
        ),
        goods.select(cell=cell, ts="ship_ts", kind=pl.lit("sale"), units=-pl.col("quantity")),
        back.select(cell=cell, ts="ts", kind=pl.lit("return"), units="quantity"),
        transfers.select(
            cell=pl.col("store") * 2 * GOODS + pl.col("sku"),
            ts="ts",
            kind=pl.lit("transfer_out"),
            units=-pl.col("quantity"),
        ),
        arrived.select(
            cell=(pl.col("store") * 2 + 1) * GOODS + pl.col("sku"),
            ts="arrival_ts",
            kind=pl.lit("transfer_in"),
            units="received",
        ),
        counts.select("cell", ts="ts", kind=pl.lit("count_adjustment"), units=pl.col("counted") - pl.col("system")),
    ]
    return pl.concat([p.select("cell", "ts", "kind", pl.col("units").cast(pl.Int64)) for p in parts])


def _by_cell(cell: Ints, units: Ints) -> Ints:
    return np.bincount(cell, units, minlength=CELLS).astype(np.int64)


def stock_levels(view: View) -> pl.DataFrame:
    """On hand, committed, incoming, what may not be sold (``UNAVAILABLE``) and the last change, by cell.

    ``corrected``: units by which somebody has lowered the shop's figure on ``corrected_day``; no movement and no count
    tells of them.
    """
    moved = stock_movements(view)
    on_hand = _by_cell(moved["cell"].to_numpy(), moved["units"].to_numpy())
    open_lines = view.lines.filter((pl.col("unshipped") > 0) & (pl.col("sku") < GOODS))
    committed = _by_cell(
        open_lines["location"].to_numpy() * GOODS + open_lines["sku"].to_numpy(), open_lines["unshipped"].to_numpy()
    )
    corrected, corrected_day = _corrected(view)
    on_hand = on_hand - corrected
    road = visible_transfers(view).filter(pl.col("arrival_ts") > view.now)
    incoming = _by_cell(
        (road["store"].to_numpy() * 2 + 1) * GOODS + road["sku"].to_numpy(), road["quantity"].to_numpy()
    ) + _on_order(view)
    touched = (
        pl.concat(
            [
                moved.select("cell", "ts"),
                view.lines.filter(pl.col("sku") < GOODS).select(
                    cell=pl.col("location") * GOODS + pl.col("sku"), ts="ts"
                ),
            ]
        )
        .group_by("cell")
        .agg(pl.col("ts").max())
    )
    frame = pl.DataFrame(
        {
            "cell": np.arange(CELLS),
            "on_hand": on_hand,
            "committed": committed,
            "incoming": incoming,
            "corrected": corrected,
            "corrected_day": corrected_day,
            **_unavailable(view, on_hand - committed),
        }
    )
    return frame.join(touched, on="cell", how="left", maintain_order="left")


def _corrected(view: View) -> tuple[Ints, Ints]:
    """A unit or two less than the books say, of some cells that had so many, and the day since when.

    What was wrongly taken off is sold all the same, and the shop's figure falls below zero.
    """
    scenario, history = view.world.scenario, view.world.stock.on_hand
    rng = scenario.rng("hand edits")
    units = np.where(rng.random(CELLS) < HAND_EDIT_RATE, rng.integers(1, 3, CELLS), 0)
    day = scenario.days - 1 - rng.integers(0, HAND_EDIT_DAYS, CELLS)
    had = history[day - 1, np.arange(CELLS)] >= units
    happened = day <= np.repeat(local_day(view), CELLS // len(STORES))
    return np.where(happened & had, units, 0), day


def _unavailable(view: View, free: Ints) -> dict[str, Ints]:
    """Units on hand that nobody may buy, by state; never more than are free."""
    rng, left = view.world.scenario.rng("unavailable stock"), np.maximum(free, 0)
    found = {}
    for state, rate in (
        ("damaged", DAMAGED_RATE),
        ("quality_control", QUALITY_CONTROL_RATE),
        ("reserved", RESERVED_RATE),
    ):
        found[state] = rng.binomial(left, rate)
        left = left - found[state]
    found["safety_stock"] = np.minimum(left, rng.random(CELLS) < SAFETY_STOCK_SHARE).astype(np.int64)
    return found


def _available() -> pl.Expr:
    return pl.col("on_hand") - pl.col("committed") - pl.sum_horizontal(UNAVAILABLE)


def _on_order(view: View) -> Ints:
    """Units ordered and not received, by receiving cell."""
    stock = view.world.stock
    today = pl.Series(local_day(view)[stock.orders["store"].to_numpy()])
    placed = stock.orders.filter(pl.col("day") < today, pl.col("cancelled") == 0)
    lines = stock.order_lines.join(placed.select("po", "store"), on="po", how="inner")
    got = visible_receipts(view).group_by("po", "line").agg(pl.col("received").sum())
    open_ = lines.join(got, on=["po", "line"], how="left").with_columns(
        left=pl.col("quantity") - pl.col("received").fill_null(0)
    )
    return _by_cell(open_["store"].to_numpy() * 2 * GOODS + open_["sku"].to_numpy(), open_["left"].to_numpy())


def write_levels(view: View, merchant: Merchant, levels: pl.DataFrame) -> None:
    """Writes inventory levels: the one snapshot of ``as_of``."""
    rows = (
        visible_levels(view)
        .with_columns(cell=pl.col("location") * GOODS + pl.col("sku"))
        .join(levels, on="cell", how="left", maintain_order="left")
    )
    store, sku, location = (rows[c].to_numpy() for c in ("store", "sku", "location"))
    start = view.world.scenario.utc(store, np.zeros(len(store), dtype=np.int64), np.full(len(store), 60))
    touched = np.maximum(rows["ts"].fill_null(0).to_numpy(), np.minimum(start, view.now))
    epoch = view.world.scenario.first_day.toordinal() - 719_163
    level = of_store(LEVEL, store, sku) * 10 + location
    merchant.write(
        "shopify",
        "inventory_levels",
        pl.DataFrame(
            {
                "store_id": store_ids(store),
                "snapshot_date": pl.Series(local_day(view)[store] + epoch).cast(pl.Int32).cast(pl.Date),
                "inventory_item_id": item_ids(store, sku),
                "location_id": location_ids(location),
                "id": pl.select(
                    pl.format(
                        "gid://shopify/InventoryLevel/{}?inventory_item_id={}",
                        pl.Series(level),
                        item_ids(store, sku).str.extract(r"(\d+)$"),
                    )
                ).to_series(),
                "available": rows.select(_available().alias("units"))["units"],
                "on_hand": rows["on_hand"],
                "committed": rows["committed"],
                "incoming": rows["incoming"],
                **{state: rows[state] for state in UNAVAILABLE},
                "snapshot_at": instants(np.full(len(store), view.now)),
                "updated_at": instants(touched),
            }
        ),
    )


def sellable(levels: pl.DataFrame) -> Ints:
    """Available units by store and SKU, services and gift cards included as 0."""
    units = levels.select(_available().alias("units"))["units"].to_numpy()
    free = units.reshape(2, 2, GOODS).sum(axis=1)
    return np.concatenate([free, np.zeros((2, 4), dtype=np.int64)], axis=1)
