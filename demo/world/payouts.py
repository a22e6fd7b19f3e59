"""What Shopify Payments keeps and pays out: fees, disputes, adjustments, and a payout each business day.

Rates are those of the price list of the plan that the stores are on; a refund costs nothing and brings no fee back.
Money goes to the bank with the payout of the second business day after it moved. Other gateways settle with the
merchant themselves.
"""

from __future__ import annotations

from datetime import time

import numpy as np
import polars as pl

from demo.world.scenario import DAY, Ints, Scenario
from demo.world.stores import STORES
from demo.world.view import View

GATEWAY = "shopify_payments"
FEE_PER_MILLE, FEE_CENTS = 29, 30
"""2.9 % and 30 cents of an online payment: Shopify's Basic plan in the US (shopify.com/pricing), for both stores."""

DISPUTED_RATE = 0.003
"""Share of charges that a customer's bank takes back. Card networks watch merchants from 0.9 % on (Visa's dispute
monitoring); no rate is published for shops of this size."""

DISPUTE_FEE_CENTS = 1500
"""Kept by Shopify Payments of a dispute: 15 US dollars (help.shopify.com, "Chargebacks and inquiries"); it comes back
with a dispute that is won."""

WON_RATE = 0.4
"""Share of disputes that end well for the shop. No rate is published by Shopify."""

FIRST_DISPUTE_DAYS, DISPUTE_DAYS = 10, 50
"""Days after a charge in which it is disputed: from the first number on, over so many days."""

DECISION_DAYS = 45
"""Days until a dispute is decided: banks take up to 75 (help.shopify.com, "Chargebacks and inquiries")."""

SENT_BACK_DAYS = 5
"""Days after which the money of a refund that the customer's bank does not take is back."""

ADJUSTED_EVERY_DAYS = 60
"""Once in so many days Shopify corrects a balance by up to :data:`ADJUSTED_CENTS`. No rate is published."""

ADJUSTED_CENTS = 2000
BUSINESS_DAYS = 2
"""Business days from a charge to its payout (help.shopify.com, "Payout schedule": 2 in the US)."""

ISSUED_AT = time(8)
"""Wall-clock time at which a payout is issued."""

CHARGE, REFUND, SENT_BACK, DISPUTE, WON, ADJUSTMENT = range(6)
"""Kinds of movements of a balance."""


def processing_fee(cents: Ints) -> Ints:
    """Cents kept of charges of so many cents."""
    return (cents * FEE_PER_MILLE + 500) // 1000 + FEE_CENTS


def is_charged() -> pl.Expr:
    """Whether a payment costs a fee: what it took was taken by Shopify Payments, and successfully."""
    took = pl.col("kind").is_in(["SALE", "CAPTURE"]) & (pl.col("status") == "SUCCESS")
    return took & (pl.col("gateway") == GATEWAY)


def movements(view: View) -> pl.DataFrame:
    """What moved the balance of each store, by what is visible.

    Args:
        view: whose payments they settle.

    Returns:
        by time: store, movement (number), kind, ts, cents (signed), fee (cents), order and transaction (-1: none).
    """
    charges = view.payments.filter(is_charged())
    refunds = view.payments.filter((pl.col("kind") == "REFUND") & (pl.col("gateway") == GATEWAY))
    failed = refunds.filter(pl.col("status") == "FAILURE")
    disputed = _disputed(view, charges)
    won = disputed.filter("is_won")
    none, amount = pl.lit(0, dtype=pl.Int64), pl.col("amount")
    fee = pl.Series(processing_fee(charges["amount"].to_numpy()), dtype=pl.Int64)
    kept_fee = pl.lit(DISPUTE_FEE_CENTS, dtype=pl.Int64)
    every = pl.concat(
        [
            _moved(charges, CHARGE, pl.col("ts"), amount, fee),
            _moved(refunds, REFUND, pl.col("ts"), -amount, none),
            _moved(failed, SENT_BACK, pl.col("ts") + SENT_BACK_DAYS * DAY, amount, none),
            _moved(disputed, DISPUTE, pl.col("disputed_ts"), -amount, kept_fee),
            _moved(won, WON, pl.col("disputed_ts") + DECISION_DAYS * DAY, amount, -kept_fee),
            _adjustments(view.world.scenario),
        ]
    )
    return every.filter(pl.col("ts") <= view.now).sort("ts", "movement")


def payout_times(rows: pl.DataFrame) -> Ints:
    """When the payout that each movement goes into is issued, in seconds since the epoch.

    Args:
        rows: with store and ts.
    """
    issued = np.zeros(rows.height, dtype=np.int64)
    for index, store in enumerate(STORES):
        here = rows["store"].to_numpy() == index
        moved = pl.from_epoch(pl.Series(rows["ts"].to_numpy()[here]), time_unit="s").dt.replace_time_zone("UTC")
        days = moved.dt.convert_time_zone(store.timezone).dt.date().to_numpy().astype("datetime64[D]")
        due = pl.Series(np.busday_offset(days, BUSINESS_DAYS, roll="forward"))
        at = due.cast(pl.Datetime("us")).dt.offset_by(f"{ISSUED_AT.hour}h").dt.replace_time_zone(store.timezone)
        issued[here] = at.dt.epoch("s").to_numpy()
    return issued


def _moved(rows: pl.DataFrame, kind: int, ts: pl.Expr, cents: pl.Expr, fee: pl.Expr | pl.Series) -> pl.DataFrame:
    return rows.select(
        "store",
        movement=pl.col("transaction") * 10 + kind,
        kind=pl.lit(kind, dtype=pl.Int64),
        ts=ts.cast(pl.Int64),
        cents=cents.cast(pl.Int64),
        fee=fee,
        order=pl.col("order").cast(pl.Int64),
        transaction=pl.col("transaction"),
    ).with_columns(pl.col("store").cast(pl.Int64))


def _disputed(view: View, charges: pl.DataFrame) -> pl.DataFrame:
    """Charges that are disputed, with disputed_ts and is_won."""
    # Drawn for every payment of the world, so that the same ones are disputed whenever it is looked at.
    rng, number = view.world.scenario.rng("disputes"), charges["transaction"].to_numpy()
    drawn, won, later = (each[number] for each in rng.random((3, view.world.events.payments.height)))
    dated = charges.with_columns(
        disputed_ts=pl.col("ts") + FIRST_DISPUTE_DAYS * DAY + pl.Series((later * DISPUTE_DAYS * DAY).astype(np.int64)),
        is_won=pl.Series(won < WON_RATE),
    )
    return dated.filter(pl.Series(drawn < DISPUTED_RATE))


def _adjustments(scenario: Scenario) -> pl.DataFrame:
    """Corrections of each store's balance, of both signs."""
    days = np.arange(ADJUSTED_EVERY_DAYS // 2, scenario.days, ADJUSTED_EVERY_DAYS)
    store, day = np.repeat(np.arange(len(STORES)), len(days)), np.tile(days, len(STORES))
    cents = scenario.rng("balance adjustments").integers(-ADJUSTED_CENTS, ADJUSTED_CENTS, len(day))
    number = 9_000_000_000 + store * 1_000_000 + day
    nobody = np.full(len(day), -1)
    return pl.DataFrame(
        {
            "store": store,
            "movement": number * 10 + ADJUSTMENT,
            "kind": np.full(len(day), ADJUSTMENT),
            "ts": scenario.utc(store, day, np.full(len(day), 10 * 3600)),
            "cents": cents,
            "fee": np.zeros(len(day), dtype=np.int64),
            "order": nobody,
            "transaction": nobody,
        }
    ).cast(pl.Int64)
