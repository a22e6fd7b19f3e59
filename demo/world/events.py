"""What happens to placed orders, as dated events; nothing is cut at ``as_of`` yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from demo.world.catalog import GOODS
from demo.world.charges import presented
from demo.world.economics import Sales
from demo.world.outcomes import APPROVED, CHANGED_MIND, EDITED_IN, EXCHANGED, ORDERED
from demo.world.refunds import FAILED, STORE_CREDIT, build_refunds
from demo.world.scenario import NEVER, Scenario
from demo.world.shoppers import B2B, MARKETPLACE, POS, WEB
from demo.world.situations import RETURN_FEE_CENTS, RETURN_FEE_RATE
from demo.world.store_credit import with_store_credit
from demo.world.values import share_of

_CANCELLED = pl.col("cancelled_ts") < NEVER
SALE, AUTHORIZATION, CAPTURE, VOID, REFUND = "SALE", "AUTHORIZATION", "CAPTURE", "VOID", "REFUND"


@dataclass(frozen=True)
class Events:
    """Events of the world.

    Attributes:
        orders: with total and original_total in cents, the rate of the customer's currency and the cents that its
            rounding leaves, first_ship_ts, reserved (whether it is paid when it leaves), credit (cents of the store's).
        lines: with ship_ts, arrive_ts (``NEVER`` where cancelled or removed), exchanged (a new line went out for it).
        parcels: order, parcel, store, location, ts, arrive_ts, units.
        returns: one row per order with returned lines; over_the_counter: handed back without being asked for.
        return_lines: one row per returned line.
        refunds: one row per refund; cents of goods, shipping, fees, adjustment, transaction.
        refund_lines: one row per line of a refund.
        payments: one row per transaction.
    """

    orders: pl.DataFrame
    lines: pl.DataFrame
    parcels: pl.DataFrame
    returns: pl.DataFrame
    return_lines: pl.DataFrame
    refunds: pl.DataFrame
    refund_lines: pl.DataFrame
    payments: pl.DataFrame


def build_events(scenario: Scenario, sales: Sales) -> Events:
    """Dates every event and settles its money."""
    lines = _shipping_times(scenario, sales.lines)
    orders = _totals(scenario, sales.orders, lines)
    parcels = (
        lines.filter(pl.col("ship_ts") < NEVER)
        .group_by("order", "parcel", maintain_order=True)
        .agg(
            pl.col("store", "location", "source", "ship_day", "arrive_day", "ship_second").first(),
            pl.col("ship_ts").first().alias("ts"),
            pl.col("arrive_ts").first(),
            pl.col("quantity").sum().alias("units"),
        )
        .with_row_index("fulfillment")
        .with_columns(pl.col("fulfillment").cast(pl.Int64))
    )
    return_lines = _return_lines(scenario, lines)
    returns = _returns(scenario, return_lines)
    refunds, refund_lines = build_refunds(scenario, orders, lines, returns, return_lines)
    orders = with_store_credit(orders, refunds)
    payments = _payments(scenario, orders, lines, refunds)
    return Events(orders, lines, parcels, returns, return_lines, refunds, refund_lines, payments)


def _shipping_times(scenario: Scenario, lines: pl.DataFrame) -> pl.DataFrame:
    """When lines leave and arrive; the digital and the untracked are delivered with the order and never ship."""
    store = lines["store"].to_numpy()
    stays = (
        (lines["cancelled_ts"].to_numpy() < NEVER) | lines["removed"].to_numpy() | (lines["sku"].to_numpy() >= GOODS)
    ) & (lines["origin"].to_numpy() != EXCHANGED)
    second = lines["ship_second"].to_numpy()
    ship = scenario.utc(store, lines["ship_day"].to_numpy(), second)
    at_till = lines["source"].to_numpy() == POS
    arrive = scenario.utc(store, lines["arrive_day"].to_numpy(), lines["transit_second"].to_numpy())
    arrive = np.where(at_till & (lines["origin"].to_numpy() == ORDERED), ship, arrive)
    taken = lines.filter(pl.col("origin") == EXCHANGED)["parent"]
    return lines.with_columns(
        ship_ts=np.where(stays, NEVER, ship),
        arrive_ts=np.where(stays, NEVER, arrive),
        exchanged=pl.col("line").is_in(taken.implode()),
    )


def _totals(scenario: Scenario, orders: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Cents of orders as first placed and with all lines that ever were on them."""
    payable = pl.col("net") + pl.col("duty") + pl.when(pl.col("store") == 1).then(0).otherwise(pl.col("tax"))
    by_order = lines.group_by("order").agg(
        original_lines=payable.filter(pl.col("origin") == ORDERED).sum(),
        all_lines=payable.sum(),
        added=payable.filter(pl.col("origin") == EDITED_IN).sum(),
        dropped=payable.filter(pl.col("removed")).sum(),
        first_ship_ts=pl.col("ship_ts").filter(pl.col("origin") != EXCHANGED).min(),
        last_ship_ts=pl.col("ship_ts").filter((pl.col("ship_ts") < NEVER) & (pl.col("origin") != EXCHANGED)).max(),
        last_arrive_ts=pl.col("arrive_ts")
        .filter((pl.col("arrive_ts") < NEVER) & (pl.col("origin") != EXCHANGED))
        .max(),
        edited=(pl.col("removed") | (pl.col("origin") == EDITED_IN)).any(),
    )
    rng = scenario.rng("payment methods")
    n = orders.height
    draw = rng.random((3, n))
    orders = orders.join(by_order, on="order", how="left", maintain_order="left").with_columns(
        beside=pl.col("shipping_paid")
        + pl.col("tip")
        + pl.col("delivery_fee")
        + pl.when(pl.col("included")).then(0).otherwise(pl.col("shipping_tax"))
    )
    first = lines.filter(pl.col("origin") == ORDERED).select("order", payable=payable)
    orders = orders.join(presented(scenario, orders, first), on="order", how="left", maintain_order="left")
    extra = pl.col("beside") + pl.col("rounding")
    edited = orders["edited"].to_numpy()
    source = orders["source"].to_numpy()
    first_ship = orders["first_ship_ts"].to_numpy()
    cancelled = orders["cancelled_ts"].to_numpy() < NEVER
    reserved = (source == WEB) & (edited | (draw[0] < 0.15)) & ((first_ship < NEVER) | cancelled)
    reserved &= ~orders["test"].to_numpy()
    gateway = np.select(
        [source == B2B, source == MARKETPLACE, (source == POS) & (draw[1] < 0.35), (source == WEB) & (draw[1] < 0.22)],
        ["manual", "marketplace", "cash", "paypal"],
        "shopify_payments",
    )
    return orders.with_columns(
        total=pl.col("all_lines") + extra,
        original_total=pl.col("original_lines") + extra,
        reserved=reserved,
        gateway=np.where(orders["test"].to_numpy(), "bogus", np.where(reserved, "shopify_payments", gateway)),
        gift_card_tender=(source == WEB) & ~reserved & (draw[2] < 0.02) & ~cancelled & ~orders["test"].to_numpy(),
    )


def _return_lines(scenario: Scenario, lines: pl.DataFrame) -> pl.DataFrame:
    """Returned lines that were delivered, with the cents of the returned units."""
    back = lines.filter((pl.col("returned") > 0) & (pl.col("ship_ts") < NEVER)).with_columns(
        exchange=pl.col("exchange") & pl.col("exchanged"),
    )
    quantity, whole = back["returned"].to_numpy(), back["quantity"].to_numpy()
    net = share_of(back["net"].to_numpy(), quantity, whole)
    original = share_of(back["original"].to_numpy(), quantity, whole)
    tax = share_of(back["tax"].to_numpy(), quantity, whole)
    percent = np.where(back["exchange"].to_numpy(), 0, back["fee_percent"].to_numpy())
    return back.with_columns(
        net_back=net,
        original_back=original,
        tax_back=tax,
        duty_back=share_of(back["duty"].to_numpy(), quantity, whole),
        fee_percent=percent,
        fee=share_of(net, percent, np.full_like(percent, 100)),
    )


def _returns(scenario: Scenario, back: pl.DataFrame) -> pl.DataFrame:
    """One return per order with returned lines, dated."""
    first = back.group_by("order", maintain_order=True).agg(
        pl.col(
            "store",
            "return_fate",
            "asked_day",
            "approved_day",
            "received_day",
            "inspected_day",
            "refund_day",
            "return_second",
            "customer",
        ).first(),
        pl.col("returned").sum().alias("units"),
        reasons=pl.col("reason").min(),
        worth=pl.col("net_back").sum(),
        swaps=pl.col("exchange").any(),
        at_till=(pl.col("source") == POS).first(),
        restocking=pl.col("fee").sum(),
    )
    at_till = pl.col("at_till")
    charged = (pl.col("reasons") == CHANGED_MIND) & ~pl.col("swaps") & (pl.col("worth") > 2 * RETURN_FEE_CENTS)
    charged &= ~at_till & pl.Series(scenario.rng("way back").random(first.height) < RETURN_FEE_RATE)
    store, second, fate = (first[c].to_numpy() for c in ("store", "return_second", "return_fate"))
    approved = fate == APPROVED
    done = scenario.utc(store, first["refund_day"].to_numpy(), second)
    decided = scenario.utc(store, first["approved_day"].to_numpy(), second + 1800)
    return first.with_row_index("return").with_columns(
        pl.col("return").cast(pl.Int64),
        ts=scenario.utc(store, first["asked_day"].to_numpy(), second),
        decided_ts=np.where(fate == 0, NEVER, decided),
        approved_ts=np.where(approved, decided, NEVER),
        done_ts=np.where(approved, done, NEVER),
        over_the_counter=at_till & ~pl.col("swaps") & (pl.col("restocking") == 0) & (pl.col("return_fate") == APPROVED),
        way_back=pl.when(charged).then(RETURN_FEE_CENTS).otherwise(0).cast(pl.Int64),
        received_second=8 * 3600 + second % 1700,
        inspected_second=9 * 3600 + second % 3100,
    )


def _payments(scenario: Scenario, orders: pl.DataFrame, lines: pl.DataFrame, refunds: pl.DataFrame) -> pl.DataFrame:
    """Every transaction of the world, failed ones included, by time.

    Columns: order, store, ts, kind, status, gateway, amount, test, error, refund, settled_ts (when
    the money has moved).
    """
    base = _payers(scenario, orders)
    back = refunds.filter(pl.col("amount") > 0).join(
        orders.select("order", "test"), on="order", how="left", maintain_order="left"
    )
    every = pl.concat(
        [
            _declined(base),
            *_paid_at_once(base),
            *_paid_on_shipment(base),
            _transactions(base.filter(pl.col("added") > 0), pl.col("edit_ts") + 60, SALE, pl.col("added")),
            *_paid_by_invoice(base),
            _paid_back(back),
        ]
    )
    every = every.filter(pl.col("amount") > 0).sort("ts", "order", maintain_order=True)
    return every.with_row_index("transaction").with_columns(pl.col("transaction").cast(pl.Int64))


def _payers(scenario: Scenario, orders: pl.DataFrame) -> pl.DataFrame:
    """Orders that cost something, with how their customers pay."""
    rng, n = scenario.rng("payments"), orders.height
    return orders.with_columns(
        deposit=pl.Series(rng.random(n) < 0.3),
        term=pl.Series(rng.integers(10, 45, n) * 86_400),
        never=pl.Series(rng.random(n) < 0.05),
        failed=pl.Series(np.where(orders["fraud"].to_numpy(), rng.integers(2, 5, n), rng.random(n) < 0.03)),
        card=pl.min_horizontal(pl.lit(2500), pl.col("original_total") // 2),
    ).filter(pl.col("original_total") > 0)


def _transactions(frame: pl.DataFrame, ts: pl.Expr, kind: str, amount: pl.Expr, **values: pl.Expr) -> pl.DataFrame:
    given = {
        "status": pl.lit("SUCCESS"),
        "gateway": pl.col("gateway"),
        "error": pl.lit(None, dtype=pl.String),
        "refund": pl.lit(-1, dtype=pl.Int64),
        "settled_ts": ts.cast(pl.Int64),
        **values,
    }
    return frame.select(
        "order", "store", "test", ts=ts.cast(pl.Int64), kind=pl.lit(kind), amount=amount.cast(pl.Int64), **given
    )


def _paid_back(back: pl.DataFrame) -> pl.DataFrame:
    failed = pl.col("fate") == FAILED
    return _transactions(
        back,
        pl.col("ts"),
        REFUND,
        pl.col("amount"),
        refund=pl.col("refund"),
        settled_ts=pl.col("settled_ts"),
        status=pl.when(failed).then(pl.lit("FAILURE")).otherwise(pl.lit("SUCCESS")),
        error=pl.when(failed).then(pl.lit("GENERIC_ERROR")),
    )


def _declined(base: pl.DataFrame) -> pl.DataFrame:
    """Cards that were tried in vain before the payment."""
    tries = base.filter((pl.col("failed") > 0) & (pl.col("source") == WEB) & ~pl.col("test"))
    tries = tries.select(pl.all().repeat_by("failed").explode()) if tries.height else tries
    attempt = pl.int_range(1, pl.len() + 1).over("order")
    return _transactions(
        tries,
        pl.col("ts") - 60 * attempt,
        SALE,
        pl.col("original_total"),
        status=pl.lit("FAILURE"),
        error=pl.lit("CARD_DECLINED"),
        gateway=pl.lit("shopify_payments"),
    )


def _paid_at_once(base: pl.DataFrame) -> list[pl.DataFrame]:
    """With a gift card or store credit first, where the customer has one."""
    at_once = base.filter((pl.col("source") != B2B) & ~pl.col("reserved"))
    paid_part = pl.when("gift_card_tender").then(pl.col("card")).otherwise("credit")
    carded = at_once.filter("gift_card_tender")
    return [
        _transactions(carded, pl.col("ts"), SALE, pl.col("card"), gateway=pl.lit("gift_card")),
        _transactions(at_once, pl.col("ts"), SALE, pl.col("credit"), gateway=pl.lit(STORE_CREDIT)),
        _transactions(at_once, pl.col("ts") + 5, SALE, pl.col("original_total") - paid_part),
    ]


def _paid_on_shipment(base: pl.DataFrame) -> list[pl.DataFrame]:
    """Reserved with the order; taken when the first parcel leaves, released when the order is cancelled."""
    reserved = base.filter("reserved")
    captured = reserved.filter(~_CANCELLED & (pl.col("first_ship_ts") < NEVER))
    return [
        _transactions(reserved, pl.col("ts") + 5, AUTHORIZATION, pl.col("original_total")),
        _transactions(captured, pl.col("first_ship_ts"), CAPTURE, pl.col("original_total") - pl.col("dropped")),
        _transactions(reserved.filter(_CANCELLED), pl.col("cancelled_ts"), VOID, pl.col("original_total")),
    ]


def _paid_by_invoice(base: pl.DataFrame) -> list[pl.DataFrame]:
    """A deposit from some, the rest at the end of the term; a few never pay."""
    invoiced = base.filter((pl.col("source") == B2B) & ~_CANCELLED)
    deposit = pl.when("deposit").then(pl.col("original_total") * 3 // 10).otherwise(0)
    rest = pl.col("original_total") - deposit
    return [
        _transactions(invoiced.filter("deposit"), pl.col("ts") + 3600, SALE, deposit),
        _transactions(invoiced.filter(~pl.col("never")), pl.col("ts") + pl.col("term"), SALE, rest),
    ]
