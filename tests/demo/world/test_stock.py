"""Stock of the simulated merchant balances by SKU and location, from the rows that the sources hold."""

from __future__ import annotations

import numpy as np
import polars as pl

from demo.vendors.shopify.tables.levels import UNAVAILABLE, stock_movements
from demo.world.catalog import GOODS
from demo.world.inventory import CELLS
from demo.world.scenario import Scenario
from demo.world.situations import (
    CANCELLED_LABEL_EVERY,
    DAMAGED_RATE,
    HAND_EDIT_RATE,
    QUALITY_CONTROL_RATE,
    RESERVED_RATE,
)
from demo.world.view import look_at
from demo.world.world import build_world
from tests.support.simulated import AS_OF, Simulated

CELL = ["store_id", "location", "sku"]


def _locations(simulated: Simulated) -> pl.DataFrame:
    return simulated.shop("locations").select("store_id", location_id="id", location="name")


def _sent(simulated: Simulated) -> pl.DataFrame:
    """Fulfilments that were not cancelled."""
    return simulated.shop("fulfillments").filter(pl.col("status") == "SUCCESS")


def _moved(simulated: Simulated) -> pl.DataFrame:
    """Signed units by cell from spreadsheets, fulfilments and refunds."""
    names = ("stock_counts", "purchase_order_receipts", "purchase_order_lines", "purchase_orders", "transfers")
    files = {name: simulated.source("files", name).drop("_file_id", "_row_number") for name in names}
    lines = simulated.shop("order_lines").select("store_id", "sku", order_line_id="id")
    shipped = (
        simulated.shop("fulfillment_lines")
        .join(
            _sent(simulated).select("store_id", "location_id", fulfillment_id="id"),
            on=["store_id", "fulfillment_id"],
        )
        .join(lines, on=["store_id", "order_line_id"])
        .join(_locations(simulated), on=["store_id", "location_id"])
    )
    back = simulated.shop("refund_lines").filter((pl.col("restock_type") == "RETURN") & pl.col("restocked"))
    back = back.join(lines, on=["store_id", "order_line_id"]).join(
        _locations(simulated), on=["store_id", "location_id"]
    )
    received = (
        files["purchase_order_receipts"]
        .join(files["purchase_order_lines"], on=["purchase_order_id", "line_number"])
        .join(files["purchase_orders"], on="purchase_order_id")
    )
    counts, transfers = files["stock_counts"], files["transfers"]
    parts = [
        shipped.select(*CELL, units=-pl.col("quantity")),
        back.select(*CELL, units="quantity"),
        received.select(*CELL, units=pl.col("received_quantity") - pl.col("rejected_quantity")),
        counts.select(*CELL, units=pl.col("counted_quantity") - pl.col("system_quantity").fill_null(0)),
        transfers.select("store_id", location="from_location", sku="sku", units=-pl.col("shipped_quantity")),
        transfers.filter(pl.col("received_at").is_not_null()).select(
            "store_id", location="to_location", sku="sku", units="received_quantity"
        ),
    ]
    return pl.concat(parts).group_by(CELL).agg(pl.col("units").sum())


def _levels(simulated: Simulated) -> pl.DataFrame:
    items = simulated.shop("inventory_items").select("store_id", "sku", inventory_item_id="id")
    levels = simulated.shop("inventory_levels").join(items, on=["store_id", "inventory_item_id"])
    return levels.join(_locations(simulated), on=["store_id", "location_id"])


def test_on_hand_is_what_came_less_what_went(simulated: Simulated) -> None:
    """But for what somebody has corrected by hand: a unit or two, of few, which the truth tells."""
    corrected = simulated.truth("stock_corrections").rename({"units": "corrected"})
    levels = _levels(simulated).join(_moved(simulated), on=CELL, how="left")
    levels = levels.join(corrected, on=CELL, how="left")
    levels = levels.with_columns(pl.col("units").fill_null(0) - pl.col("corrected").fill_null(0))
    assert levels.height == simulated.shop("inventory_levels").height
    assert levels.filter(pl.col("units") != pl.col("on_hand")).is_empty()
    assert (levels["on_hand"] + levels["corrected"].fill_null(0)).min() >= 0
    assert levels["on_hand"].sum() > 0
    assert 0 < corrected.height < 2 * HAND_EDIT_RATE * levels.height
    assert set(corrected["corrected"]) == {1, 2}
    assert corrected["since"].n_unique() > 1


def test_committed_is_unfulfilled(simulated: Simulated) -> None:
    open_lines = (
        simulated.shop("order_lines")
        .filter("requires_shipping")
        .group_by("store_id", "sku")
        .agg(open=pl.col("unfulfilled_quantity").sum())
    )
    levels = _levels(simulated).with_columns(withheld=pl.sum_horizontal(UNAVAILABLE))
    levels = levels.group_by("store_id", "sku").agg(pl.col("committed", "available", "on_hand", "withheld").sum())
    joined = levels.join(open_lines, on=["store_id", "sku"], how="left").with_columns(pl.col("open").fill_null(0))
    assert joined["open"].sum() > 0
    assert (joined["open"] == joined["committed"]).all()
    assert (joined["on_hand"] - joined["committed"] - joined["withheld"] == joined["available"]).all()


def test_some_units_on_hand_may_not_be_sold(simulated: Simulated) -> None:
    levels = _levels(simulated)
    for state, rate in (
        ("damaged", DAMAGED_RATE),
        ("quality_control", QUALITY_CONTROL_RATE),
        ("reserved", RESERVED_RATE),
    ):
        assert 0 < levels[state].sum() < 2 * rate * levels["on_hand"].sum(), state
        assert levels[state].min() == 0
    assert levels["safety_stock"].sum() > 0
    untouched = levels.join(simulated.truth("stock_corrections"), on=CELL, how="anti")
    assert (untouched["available"] >= 0).all()


def test_unfulfilled_is_what_no_fulfilment_took(simulated: Simulated) -> None:
    taken = simulated.shop("fulfillment_lines").join(
        _sent(simulated).select(fulfillment_id="id"), on="fulfillment_id", how="semi"
    )
    taken = taken.group_by("order_line_id").agg(shipped=pl.col("quantity").sum())
    cancelled = simulated.shop("fulfillments").filter(pl.col("status") == "CANCELLED")
    assert 0 < cancelled.height < 2 * simulated.shop("fulfillments").height / CANCELLED_LABEL_EVERY
    lines = simulated.shop("order_lines").filter("requires_shipping")
    lines = lines.join(taken, left_on="id", right_on="order_line_id", how="left").with_columns(
        pl.col("shipped").fill_null(0)
    )
    assert lines.filter(pl.col("shipped") + pl.col("unfulfilled_quantity") > pl.col("quantity")).is_empty()
    open_ = lines.filter(pl.col("unfulfilled_quantity") > 0)
    assert (open_["unfulfilled_quantity"] == open_["quantity"]).all()


def test_truth_has_the_levels_of_today(simulated: Simulated) -> None:
    truth = simulated.truth("stock_on_hand")
    today = truth.filter(pl.col("date") == pl.col("date").max().over("store_id"))
    levels = _levels(simulated).select(*CELL, shopify="on_hand")
    joined = today.join(levels, on=CELL)
    assert joined.height == levels.height
    assert (joined["on_hand"] == joined["shopify"]).all()
    assert truth["date"].n_unique() >= 5


def test_the_supply_chain_is_imperfect(simulated: Simulated) -> None:
    orders = simulated.source("files", "purchase_orders")
    assert {"received", "partially_received", "open"} <= set(orders["status"].unique())
    transfers = simulated.source("files", "transfers")
    assert transfers["received_at"].is_null().any()
    counts = simulated.source("files", "stock_counts").filter(pl.col("reason") != "opening")
    assert (counts["counted_quantity"] < counts["system_quantity"]).any()
    assert simulated.truth("lost_demand")["units"].sum() > 0


def test_history_of_stock_is_the_events() -> None:
    """The day-by-day simulation and the dated events tell the same stock at the end of every day."""
    scenario = Scenario(0.003, 100, 5, AS_OF, AS_OF)
    view = look_at(build_world(scenario, lambda what, rows: None))
    moved = stock_movements(view)
    cell, ts, units = (moved[c].to_numpy() for c in ("cell", "ts", "units"))
    for day in (0, 40, 75, 98):
        ends = scenario.utc(np.array([0, 1]), np.full(2, day + 1), np.zeros(2, dtype=np.int64))
        before = ts < ends[cell // (2 * GOODS)]
        assert (np.bincount(cell[before], units[before], minlength=CELLS) == view.world.stock.on_hand[day]).all()


def test_sales_do_not_exceed_stock(simulated: Simulated) -> None:
    """On no day does a cell end below zero, before somebody corrects it by hand."""
    truth = simulated.truth("stock_on_hand")
    past = truth.filter(pl.col("date") < pl.col("date").max().over("store_id"))
    assert past["on_hand"].min() >= 0
