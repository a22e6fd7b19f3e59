"""Money that goes back: of cancelled orders, of returns and for goodwill, and what becomes of it."""

from __future__ import annotations

import numpy as np
import polars as pl

from demo.world.catalog import GOODS
from demo.world.economics import REPLACEMENT
from demo.world.outcomes import APPROVED
from demo.world.scenario import DAY, NEVER, Ints, Scenario
from demo.world.shoppers import B2B, WEB
from demo.world.situations import (
    FAILED_REFUND_RATE,
    SHORT_REFUND_CENTS,
    SHORT_REFUND_RATE,
    SLOW_REFUND_DAYS,
    SLOW_REFUND_RATE,
    STORE_CREDIT_EVERY,
)

CANCELLATION, RETURN, GOODWILL = 0, 1, 2
"""Why money goes back."""
SETTLED, SHORT, SLOW, FAILED = range(4)
"""What becomes of it: paid in full, less than was due, confirmed days later, sent back by the customer's bank."""
STORE_CREDIT = "shopify_store_credit"
_REFUND_LINE = [
    "order",
    "line",
    "store",
    "sku",
    "quantity",
    "net",
    "original",
    "tax",
    "restock",
    "restocked",
    "location",
    "exchange",
    "fee",
    "duty",
]
_REFUND_ORDER = [
    "order",
    "store",
    "included",
    "shipping_paid",
    "shipping_tax",
    "shipped",
    "total",
    "gateway",
    "source",
    "reserved",
    "kind",
    "delivery_fee",
    "rounding",
]


def build_refunds(
    scenario: Scenario, orders: pl.DataFrame, lines: pl.DataFrame, returns: pl.DataFrame, return_lines: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Refunds of cancelled orders, of returns and for goodwill, with their lines.

    Returns:
        refunds: one row each, by time: cents of goods, shipping, duty and fees given back, fees kept, adjustments, and
            amount (the money that is to move); fate, short (cents kept back), settled_ts (when the money has moved).
        refund lines: order, refund, line, quantity, cents.
    """
    cancelled = orders.filter(pl.col("cancelled_ts") < NEVER)
    accepted = returns.filter(pl.col("return_fate") == APPROVED)
    goodwill = _goodwill(scenario, scenario.rng("refunds"), orders, returns)
    every = pl.concat([_of_cancelled(cancelled), _of_returned(accepted), goodwill])
    headers = _refund_headers(orders, every)
    undone, back = _undone_lines(lines, cancelled), _lines_back(return_lines, accepted)
    by_cause = pl.concat([undone.with_columns(cause=pl.lit(CANCELLATION)), back.with_columns(cause=pl.lit(RETURN))])
    refund_lines = by_cause.join(
        headers.select("order", "cause", "refund", "ts", "included"),
        on=["order", "cause"],
        how="inner",
        maintain_order="left",
    )
    return _with_fates(scenario, _settled(headers, refund_lines)), refund_lines


def _undone_lines(lines: pl.DataFrame, cancelled: pl.DataFrame) -> pl.DataFrame:
    return (
        lines.join(cancelled.select("order"), on="order", how="semi", maintain_order="left")
        .with_columns(
            restock=pl.lit("CANCEL"),
            restocked=pl.col("sku") < GOODS,
            exchange=pl.lit(False),
            fee=pl.lit(0, dtype=pl.Int64),
        )
        .select(_REFUND_LINE)
    )


def _lines_back(return_lines: pl.DataFrame, accepted: pl.DataFrame) -> pl.DataFrame:
    return (
        return_lines.join(accepted.select("order"), on="order", how="semi", maintain_order="left")
        .with_columns(
            quantity=pl.col("returned"),
            net=pl.col("net_back"),
            original=pl.col("original_back"),
            tax=pl.col("tax_back"),
            duty=pl.col("duty_back"),
            restock=pl.when("restocked").then(pl.lit("RETURN")).otherwise(pl.lit("NO_RESTOCK")),
            location=pl.col("return_location"),
        )
        .select(_REFUND_LINE)
    )


def _of_cancelled(cancelled: pl.DataFrame) -> pl.DataFrame:
    return cancelled.select(
        "order",
        ts="cancelled_ts",
        cause=pl.lit(CANCELLATION),
        postage=pl.lit(True),
        way_back=pl.lit(0, dtype=pl.Int64),
        **{"return": pl.lit(-1, dtype=pl.Int64)},
    )


def _of_returned(accepted: pl.DataFrame) -> pl.DataFrame:
    """Refunds of returns; postage goes back where the goods were at fault."""
    quality = accepted.filter(pl.col("reasons") >= 3).select("order").with_columns(postage=pl.lit(True))
    return accepted.join(quality, on="order", how="left", maintain_order="left").select(
        "order",
        ts="done_ts",
        cause=pl.lit(RETURN),
        postage=pl.col("postage").fill_null(False),
        way_back=pl.col("way_back"),
        **{"return": pl.when("over_the_counter").then(-1).otherwise("return")},
    )


def _refund_headers(orders: pl.DataFrame, refunds: pl.DataFrame) -> pl.DataFrame:
    """Refunds by time, numbered, with what is needed of their orders."""
    return (
        refunds.join(orders.select(_REFUND_ORDER), on="order", how="left", maintain_order="left")
        .sort("ts", "order", maintain_order=True)
        .with_row_index("refund")
        .with_columns(pl.col("refund").cast(pl.Int64))
    )


def _settled(headers: pl.DataFrame, refund_lines: pl.DataFrame) -> pl.DataFrame:
    """Refunds with the money that moves, and what of it is neither goods nor charges nor fees."""
    worth = pl.col("net") + pl.when("included").then(0).otherwise(pl.col("tax"))
    sums = refund_lines.group_by("refund").agg(
        goods=worth.sum(),
        swapped=worth.filter("exchange").sum(),
        restocking=pl.col("fee").sum(),
        duty=pl.col("duty").sum(),
    )
    cancelled = pl.col("cause") == CANCELLATION
    refunds = (
        headers.join(sums, on="refund", how="left", maintain_order="left")
        .with_columns(
            pl.col("goods", "swapped", "restocking", "duty").fill_null(0),
            posted=pl.col("postage") & (pl.col("shipping_paid") > 0),
        )
        .with_columns(
            shipping_back=pl.when("posted").then(pl.col("shipping_paid")).otherwise(0),
            shipping_tax_back=pl.when("posted").then(pl.col("shipping_tax")).otherwise(0),
            duty_back=pl.when("postage").then(pl.col("duty")).otherwise(0),
            delivery_fee_back=pl.when(cancelled).then(pl.col("delivery_fee")).otherwise(0),
            rounding_back=pl.when(cancelled).then(pl.col("rounding")).otherwise(0),
            goodwill=pl.when(pl.col("cause") == GOODWILL).then(pl.col("total") // 1000 * 100).otherwise(0),
            fees=pl.col("restocking") + pl.col("way_back"),
        )
    )
    # Nothing was paid yet for what was only reserved or invoiced: the refund has lines but moves no money.
    unpaid = cancelled & (pl.col("reserved") | (pl.col("source") == B2B))
    shipping = pl.col("shipping_back") + pl.when("included").then(0).otherwise(pl.col("shipping_tax_back"))
    charges = shipping + pl.col("duty_back") + pl.col("delivery_fee_back")
    return refunds.with_columns(
        due=pl.col("goods") + charges - pl.col("fees") + pl.col("goodwill"),
        balance=pl.when(unpaid).then(-(pl.col("goods") + charges)).otherwise(-pl.col("swapped")),
    ).with_columns(
        amount=pl.col("due") + pl.col("balance") + pl.when(unpaid).then(0).otherwise(pl.col("rounding_back")),
    )


def _with_fates(scenario: Scenario, refunds: pl.DataFrame) -> pl.DataFrame:
    """What becomes of each refund: those of returns are typed in by people and reach the banks of customers."""
    rng, n = scenario.rng("refund fates"), refunds.height
    rates = np.array([SHORT_REFUND_RATE, SLOW_REFUND_RATE, FAILED_REFUND_RATE])
    drawn = np.searchsorted(np.cumsum(rates), rng.random(n), side="right")
    fate = np.array([SHORT, SLOW, FAILED, SETTLED])[drawn]
    credited = refunds["order"].to_numpy() % STORE_CREDIT_EVERY == 0
    by_bank = ~credited & ~np.isin(refunds["gateway"].to_numpy(), ("cash", "marketplace"))
    eligible = (
        by_bank
        & (refunds["cause"].to_numpy() == RETURN)
        & (refunds["swapped"].to_numpy() == 0)
        & (refunds["amount"].to_numpy() > 2 * SHORT_REFUND_CENTS)
    )
    fate = np.where(eligible, fate, SETTLED)
    short: Ints = np.where(fate == SHORT, SHORT_REFUND_CENTS, 0)
    low, high = SLOW_REFUND_DAYS
    wait = np.where(fate == SLOW, rng.integers(low, high + 1, n) * DAY, 0)
    return refunds.with_columns(
        fate=fate,
        short=short,
        amount=pl.col("amount") - short,
        settled_ts=pl.col("ts") + wait,
        gateway=pl.when(pl.Series(credited)).then(pl.lit(STORE_CREDIT)).otherwise("gateway"),
    )


def _goodwill(
    scenario: Scenario, rng: np.random.Generator, orders: pl.DataFrame, returns: pl.DataFrame
) -> pl.DataFrame:
    """Money back without goods for a few delivered online orders that have no return."""
    chosen = orders.filter(
        (pl.col("source") == WEB)
        & (pl.col("cancelled_ts") >= NEVER)
        & (pl.col("total") > 2000)
        & ~pl.col("test")
        & (pl.col("kind") != REPLACEMENT)
        & ~pl.col("fraud")
        & pl.col("last_arrive_ts").is_not_null()
        & pl.Series(rng.random(orders.height) < 0.006)
    ).join(returns.select("order"), on="order", how="anti", maintain_order="left")
    return chosen.select(
        "order",
        ts=pl.col("last_arrive_ts") + 86_400,
        cause=pl.lit(GOODWILL),
        postage=pl.lit(False),
        way_back=pl.lit(0, dtype=pl.Int64),
        **{"return": pl.lit(-1, dtype=pl.Int64)},
    )
