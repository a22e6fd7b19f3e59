"""The world as it looks at ``as_of``: only what has happened, and the state of each order that follows from it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from demo.world.catalog import GOODS
from demo.world.outcomes import EDITED_IN, EXCHANGED
from demo.world.scenario import NEVER
from demo.world.world import World

_NOTHING_YET = (
    "received",
    "refunded_cents",
    "pending_cents",
    "duty_refunded",
    "fee_refunded",
    "rounding_refunded",
    "shipping_refunded",
    "shipping_tax_refunded",
    "net_back",
    "tax_back",
    "discounts_back",
)
"""Sums that are zero where an order has no such rows."""


@dataclass(frozen=True)
class View:
    """Visible rows of a world's events, orders and lines with their state."""

    world: World
    orders: pl.DataFrame
    lines: pl.DataFrame
    parcels: pl.DataFrame
    returns: pl.DataFrame
    return_lines: pl.DataFrame
    refunds: pl.DataFrame
    refund_lines: pl.DataFrame
    payments: pl.DataFrame
    visits: pl.DataFrame

    @property
    def now(self) -> int:
        """``as_of`` in seconds since the epoch."""
        return self.world.scenario.now


def look_at(world: World) -> View:
    """Cuts a world at its scenario's ``as_of``."""
    now = world.scenario.now
    past = pl.col("ts") <= now
    h = world.events
    orders = h.orders.filter(past)
    number = pl.int_range(1001, pl.len() + 1001).over("store")
    orders = orders.with_columns(number=number)
    refunds = h.refunds.filter(past)
    refund_lines = h.refund_lines.filter(past)
    # What is handed back over the counter is a refund and nothing else.
    returns = h.returns.filter(past & ~pl.col("over_the_counter"))
    on_its_way = (pl.col("settled_ts") > now) & (pl.col("status") == "SUCCESS")
    payments = h.payments.filter(past).with_columns(
        status=pl.when(on_its_way).then(pl.lit("PENDING")).otherwise("status")
    )
    visits = world.journeys.visits.join(orders.select("order"), on="order", how="semi", maintain_order="left")
    parcels = h.parcels.filter(past)
    lines = _lines(world, orders, h.lines.filter(past), refund_lines)
    return View(
        world,
        _orders(world, orders, lines, parcels, returns, refunds, refund_lines, payments),
        lines,
        parcels,
        returns,
        h.return_lines.join(returns.select("order", "return"), on="order", how="inner", maintain_order="left"),
        refunds,
        refund_lines,
        payments,
        visits,
    )


def _lines(world: World, orders: pl.DataFrame, lines: pl.DataFrame, refund_lines: pl.DataFrame) -> pl.DataFrame:
    """Lines on their orders by now, with removed, refunded and unshipped units."""
    now = world.scenario.now
    lines = lines.join(orders.select("order", "number"), on="order", how="inner", maintain_order="left")
    taken = refund_lines.group_by("line").agg(refunded=pl.col("quantity").sum())
    swapped = set(lines.filter(pl.col("origin") == EXCHANGED)["parent"].to_list())
    lines = lines.join(taken, on="line", how="left", maintain_order="left").with_columns(
        pl.col("refunded").fill_null(0),
        taken_out=pl.col("removed") & (pl.col("removed_ts") <= now),
        exchanged_now=pl.col("line").is_in(list(swapped)),
    )
    gone = pl.col("taken_out") | (pl.col("cancelled_ts") <= now)
    shipped = (pl.col("ship_ts") <= now) | (pl.col("sku") >= GOODS)
    return lines.with_columns(
        current=pl.col("quantity") - pl.col("refunded") - pl.when("taken_out").then(pl.col("quantity")).otherwise(0),
        unshipped=pl.when(gone | shipped).then(0).otherwise(pl.col("quantity")),
        place=pl.int_range(pl.len()).over("order"),
    )


def _orders(
    world: World,
    orders: pl.DataFrame,
    lines: pl.DataFrame,
    parcels: pl.DataFrame,
    returns: pl.DataFrame,
    refunds: pl.DataFrame,
    refund_lines: pl.DataFrame,
    payments: pl.DataFrame,
) -> pl.DataFrame:
    """Order totals, payment, fulfilment and return state, and the time of the last event."""
    now = world.scenario.now
    joined = orders
    parts = (
        _by_line(lines, now),
        _by_payment(payments),
        _by_refund(refunds),
        _by_refund_line(refund_lines),
        _by_return(returns, now),
    )
    for part in parts:
        joined = joined.join(part, on="order", how="left", maintain_order="left")
    joined = joined.with_columns(
        *(pl.col(c).fill_null(0) for c in _NOTHING_YET),
        *(pl.col(c).fill_null(False) for c in ("authorized", "voided")),
    ).join(
        _last_event(world, orders, parcels, returns, refunds, payments), on="order", how="left", maintain_order="left"
    )
    return _with_totals(joined).with_columns(
        financial_status=_financial_status(now),
        fulfillment_status=_fulfillment_status(now),
        return_status=_return_status(),
        closed_ts=_closed(now),
    )


def _by_line(lines: pl.DataFrame, now: int) -> pl.DataFrame:
    dropped = pl.col("taken_out")
    tax_added = pl.when(pl.col("store") == 1).then(0).otherwise(pl.col("tax"))
    return lines.group_by("order").agg(
        subtotal=pl.col("net").sum(),
        lines_tax=pl.col("tax").sum(),
        tax_on_top=tax_added.sum(),
        discounts=pl.col("allocated").sum(),
        dropped_net=pl.col("net").filter(dropped).sum(),
        dropped_tax=pl.col("tax").filter(dropped).sum(),
        dropped_discounts=pl.col("allocated").filter(dropped).sum(),
        edited_now=((pl.col("origin") == EDITED_IN) | dropped).any(),
        unshipped=pl.col("unshipped").sum(),
        shipped_units=pl.col("quantity").filter(pl.col("ship_ts") <= now).sum(),
        gone=(pl.col("current") == 0).all(),
    )


def _by_payment(payments: pl.DataFrame) -> pl.DataFrame:
    kind, done = pl.col("kind"), pl.col("status") == "SUCCESS"
    amount, refund = pl.col("amount"), kind == "REFUND"
    return payments.group_by("order").agg(
        received=amount.filter(done & kind.is_in(["SALE", "CAPTURE"])).sum(),
        refunded_cents=amount.filter(done & refund).sum(),
        pending_cents=amount.filter(refund & (pl.col("status") == "PENDING")).sum(),
        authorized=(done & (kind == "AUTHORIZATION")).any(),
        voided=(done & (kind == "VOID")).any(),
    )


def _by_refund(refunds: pl.DataFrame) -> pl.DataFrame:
    return refunds.group_by("order").agg(
        shipping_refunded=pl.col("shipping_back").sum(),
        shipping_tax_refunded=pl.col("shipping_tax_back").sum(),
        duty_refunded=pl.col("duty_back").sum(),
        fee_refunded=pl.col("delivery_fee_back").sum(),
        rounding_refunded=pl.col("rounding_back").sum(),
    )


def _by_refund_line(refund_lines: pl.DataFrame) -> pl.DataFrame:
    return refund_lines.group_by("order").agg(
        net_back=pl.col("net").sum(),
        tax_back=pl.col("tax").sum(),
        discounts_back=(pl.col("original") - pl.col("net")).sum(),
    )


def _by_return(returns: pl.DataFrame, now: int) -> pl.DataFrame:
    return returns.group_by("order").agg(
        pl.col("return_fate").first(),
        return_decided=pl.col("decided_ts").first() <= now,
        return_done=pl.col("done_ts").first() <= now,
    )


def _with_totals(joined: pl.DataFrame) -> pl.DataFrame:
    """Totals as ordered and as they are after edits and refunds."""
    top = pl.when(pl.col("included")).then(0).otherwise(1)
    tax = pl.col("lines_tax") + pl.col("shipping_tax")
    current_tax = tax - pl.col("dropped_tax") - pl.col("tax_back") - pl.col("shipping_tax_refunded")
    current_subtotal = pl.col("subtotal") - pl.col("dropped_net") - pl.col("net_back")
    current_shipping = pl.col("shipping_paid") - pl.col("shipping_refunded")
    charges = pl.col("tip") + pl.col("duty") + pl.col("delivery_fee") + pl.col("rounding")
    charges_back = pl.col("duty_refunded") + pl.col("fee_refunded") + pl.col("rounding_refunded")
    return joined.with_columns(
        tax_cents=tax,
        total_now=pl.col("subtotal") + pl.col("shipping_paid") + charges + top * tax,
        current_tax=current_tax,
        current_subtotal=current_subtotal,
        current_shipping=current_shipping,
        current_discounts=pl.col("discounts") - pl.col("dropped_discounts") - pl.col("discounts_back"),
        current_duty=pl.col("duty") - pl.col("duty_refunded"),
        current_total=current_subtotal + current_shipping + charges - charges_back + top * current_tax,
    )


def _fulfillment_status(now: int) -> pl.Expr:
    return (
        pl.when(pl.col("cancelled_ts") <= now)
        .then(pl.lit("UNFULFILLED"))
        .when(pl.col("unshipped") == 0)
        .then(pl.lit("FULFILLED"))
        .when(pl.col("shipped_units") > 0)
        .then(pl.lit("PARTIALLY_FULFILLED"))
        .otherwise(pl.lit("UNFULFILLED"))
    )


def _return_status() -> pl.Expr:
    return (
        pl.when(pl.col("return_fate").is_null())
        .then(pl.lit("NO_RETURN"))
        .when(pl.col("return_done"))
        .then(pl.lit("RETURNED"))
        .when(~pl.col("return_decided"))
        .then(pl.lit("RETURN_REQUESTED"))
        .when(pl.col("return_fate") == 2)
        .then(pl.lit("RETURN_FAILED"))
        .when(pl.col("return_fate") == 3)
        .then(pl.lit("NO_RETURN"))
        .otherwise(pl.lit("IN_PROGRESS"))
    )


def _closed(now: int) -> pl.Expr:
    return (
        pl.when(pl.col("cancelled_ts") <= now)
        .then(pl.col("cancelled_ts"))
        .when((pl.col("unshipped") == 0) & (pl.col("last_ship_ts") <= now))
        .then(pl.col("last_ship_ts"))
        .otherwise(pl.lit(NEVER))
    )


def _financial_status(now: int) -> pl.Expr:
    owed = pl.col("original_total") + pl.when(pl.col("edit_ts") <= now).then(
        pl.col("added") - pl.col("dropped")
    ).otherwise(0)
    received, refunded = pl.col("received"), pl.col("refunded_cents")
    return (
        pl.when((refunded > 0) & (refunded >= received))
        .then(pl.lit("REFUNDED"))
        .when(refunded > 0)
        .then(pl.lit("PARTIALLY_REFUNDED"))
        .when(pl.col("voided") | ((pl.col("cancelled_ts") <= now) & (received == 0)))
        .then(pl.lit("VOIDED"))
        .when((received == 0) & pl.col("authorized"))
        .then(pl.lit("AUTHORIZED"))
        .when((received == 0) & (owed > 0))
        .then(pl.lit("PENDING"))
        .when(received < owed)
        .then(pl.lit("PARTIALLY_PAID"))
        .otherwise(pl.lit("PAID"))
    )


def _last_event(
    world: World,
    orders: pl.DataFrame,
    parcels: pl.DataFrame,
    returns: pl.DataFrame,
    refunds: pl.DataFrame,
    payments: pl.DataFrame,
) -> pl.DataFrame:
    """Order and time of its last visible event."""
    now = world.scenario.now
    events = [
        frame.select("order", updated_ts=pl.col(column))
        for frame, columns in (
            (orders, ("ts", "edit_ts", "cancelled_ts")),
            (parcels, ("ts", "arrive_ts")),
            (returns, ("ts", "decided_ts", "done_ts")),
            (refunds, ("ts",)),
            (payments, ("ts", "settled_ts")),
        )
        for column in columns
    ]
    visible = pl.concat(events).filter(pl.col("updated_ts") <= now)
    return visible.group_by("order").agg(pl.col("updated_ts").max())
