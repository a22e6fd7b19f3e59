"""What happens to placed orders, as dated events; nothing is cut at ``as_of`` yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from demo.world.catalog import GOODS
from demo.world.economics import REPLACEMENT, Sales
from demo.world.outcomes import APPROVED, EDITED_IN, EXCHANGED, ORDERED
from demo.world.scenario import NEVER, Scenario
from demo.world.shoppers import B2B, MARKETPLACE, POS, WEB
from demo.world.values import share_of

CANCELLATION, RETURN, GOODWILL = 0, 1, 2
"""Why money goes back."""
_CANCELLED = pl.col("cancelled_ts") < NEVER
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
]
SALE, AUTHORIZATION, CAPTURE, VOID, REFUND = "SALE", "AUTHORIZATION", "CAPTURE", "VOID", "REFUND"


@dataclass(frozen=True)
class Events:
    """Events of the world.

    Attributes:
        orders: with total and original_total in cents, first_ship_ts, paid_by (AUTHORIZATION or SALE).
        lines: with ship_ts, arrive_ts (``NEVER`` where cancelled or removed), exchanged (a new line went out for it).
        parcels: order, parcel, store, location, ts, arrive_ts, units.
        returns: one row per order with returned lines.
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
    refunds, refund_lines = _refunds(scenario, orders, lines, returns, return_lines)
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
    payable = pl.col("net") + pl.when(pl.col("store") == 1).then(0).otherwise(pl.col("tax"))
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
    orders = orders.join(by_order, on="order", how="left", maintain_order="left")
    extra = (
        pl.col("shipping_paid") + pl.col("tip") + pl.when(pl.col("included")).then(0).otherwise(pl.col("shipping_tax"))
    )
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
    )
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
        received_second=8 * 3600 + second % 1700,
        inspected_second=9 * 3600 + second % 3100,
    )


def _refunds(
    scenario: Scenario, orders: pl.DataFrame, lines: pl.DataFrame, returns: pl.DataFrame, return_lines: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Refunds of cancelled orders, of returns and for goodwill, with their lines."""
    cancelled = orders.filter(pl.col("cancelled_ts") < NEVER)
    accepted = returns.filter(pl.col("return_fate") == APPROVED)
    goodwill = _goodwill(scenario, scenario.rng("refunds"), orders, returns)
    headers = _refund_headers(orders, pl.concat([_of_cancelled(cancelled), _of_returned(accepted), goodwill]))
    undone, back = _undone_lines(lines, cancelled), _lines_back(return_lines, accepted)
    by_cause = pl.concat([undone.with_columns(cause=pl.lit(CANCELLATION)), back.with_columns(cause=pl.lit(RETURN))])
    refund_lines = by_cause.join(
        headers.select("order", "cause", "refund", "ts", "included"),
        on=["order", "cause"],
        how="inner",
        maintain_order="left",
    )
    return _settled(headers, refund_lines), refund_lines


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
        **{"return": pl.col("return")},
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
    """Refunds with the money that moves, and what of it is neither goods nor shipping nor fees."""
    worth = pl.col("net") + pl.when("included").then(0).otherwise(pl.col("tax"))
    sums = refund_lines.group_by("refund").agg(
        goods=worth.sum(), swapped=worth.filter("exchange").sum(), fees=pl.col("fee").sum()
    )
    refunds = (
        headers.join(sums, on="refund", how="left", maintain_order="left")
        .with_columns(
            pl.col("goods", "swapped", "fees").fill_null(0),
            posted=pl.col("postage") & (pl.col("shipping_paid") > 0),
        )
        .with_columns(
            shipping_back=pl.when("posted").then(pl.col("shipping_paid")).otherwise(0),
            shipping_tax_back=pl.when("posted").then(pl.col("shipping_tax")).otherwise(0),
            goodwill=pl.when(pl.col("cause") == GOODWILL).then(pl.col("total") // 1000 * 100).otherwise(0),
        )
    )
    # Nothing was paid yet for what was only reserved or invoiced: the refund has lines but moves no money.
    unpaid = (pl.col("cause") == CANCELLATION) & (pl.col("reserved") | (pl.col("source") == B2B))
    shipping = pl.col("shipping_back") + pl.when("included").then(0).otherwise(pl.col("shipping_tax_back"))
    paid_back = pl.col("goods") + shipping - pl.col("swapped") - pl.col("fees") + pl.col("goodwill")
    return refunds.with_columns(amount=pl.when(unpaid).then(0).otherwise(paid_back)).with_columns(
        balance=pl.col("amount") - (pl.col("goods") + shipping - pl.col("fees") + pl.col("goodwill"))
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
        **{"return": pl.lit(-1, dtype=pl.Int64)},
    )


def _payments(scenario: Scenario, orders: pl.DataFrame, lines: pl.DataFrame, refunds: pl.DataFrame) -> pl.DataFrame:
    """Every transaction of the world, failed ones included, by time.

    Columns: order, store, ts, kind, status, gateway, amount, test, error, refund, parent_kind.
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
            _transactions(back, pl.col("ts"), REFUND, pl.col("amount"), refund=pl.col("refund")),
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
        **values,
    }
    return frame.select(
        "order", "store", "test", ts=ts.cast(pl.Int64), kind=pl.lit(kind), amount=amount.cast(pl.Int64), **given
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
    """With a gift card for a part of it, where the customer has one."""
    at_once = base.filter((pl.col("source") != B2B) & ~pl.col("reserved"))
    paid_part = pl.when("gift_card_tender").then(pl.col("card")).otherwise(0)
    carded = at_once.filter("gift_card_tender")
    return [
        _transactions(carded, pl.col("ts"), SALE, pl.col("card"), gateway=pl.lit("gift_card")),
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
