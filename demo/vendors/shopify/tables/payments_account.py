"""Balance transactions and payouts of Shopify Payments."""

from __future__ import annotations

import numpy as np
import polars as pl

from demo.merchant import Merchant
from demo.vendors.shopify.tables.ids import CHILD, order_ids, store_currencies, store_ids
from demo.world.payouts import movements, payout_times
from demo.world.scenario import DAY
from demo.world.values import gids, instants, money, pick
from demo.world.view import View

_TYPES = ("CHARGE", "REFUND", "REFUND_FAILURE", "DISPUTE_WITHDRAWAL", "DISPUTE_REVERSAL", "ADJUSTMENT")
_SOURCES = ("CHARGE", "REFUND", "REFUND", "DISPUTE", "DISPUTE", "SYSTEM_ADJUSTMENT")
_REASONS = (None, None, None, None, None, "balance correction")
_PAYOUT = 70_000_000_000
_IN_TRANSIT = 2 * DAY
"""From a payout's issue until the bank has it."""


def write_payments_account(view: View, merchant: Merchant) -> None:
    """Writes the tables."""
    rows = movements(view)
    store, ts = rows["store"].to_numpy(), rows["ts"].to_numpy()
    rows = rows.with_columns(
        currency=store_currencies(view.world.scenario, store, ts), issued_ts=pl.Series(payout_times(rows))
    )
    in_payout = ("store", "issued_ts", "currency")
    payouts = (
        rows.filter(pl.col("issued_ts") <= view.now)
        .group_by(in_payout)
        .agg(net=(pl.col("cents") - pl.col("fee")).sum())
        .sort(in_payout)
        # Numbered by day and currency: the same payout at every instant at which the world is looked at.
        .with_columns(
            payout=_PAYOUT
            + pl.col("store") * 1_000_000
            + pl.col("issued_ts") // DAY * 2
            + (pl.col("currency") == "USD")
        )
        .with_columns(
            status=pl.when(pl.col("issued_ts") + _IN_TRANSIT <= view.now)
            .then(pl.lit("PAID"))
            .otherwise(pl.lit("SCHEDULED"))
        )
    )
    rows = rows.join(payouts.drop("net"), on=in_payout, how="left", maintain_order="left")
    _write_movements(rows, merchant)
    _write_payouts(payouts, merchant)


def _write_movements(rows: pl.DataFrame, merchant: Merchant) -> None:
    kind, cents, fee = (rows[c].to_numpy() for c in ("kind", "cents", "fee"))
    order, payout = rows["order"].to_numpy(), rows["payout"].fill_null(-1).to_numpy()
    transaction = pl.col("transaction")
    merchant.write(
        "shopify",
        "balance_transactions",
        pl.DataFrame(
            {
                "store_id": store_ids(rows["store"].to_numpy()),
                "id": gids("ShopifyPaymentsBalanceTransaction", rows["movement"].to_numpy()),
                "type": pick(list(_TYPES), kind),
                "source_type": pick(list(_SOURCES), kind),
                "source_id": rows["movement"].cast(pl.String),
                "source_order_transaction_id": rows.select(
                    pl.when(transaction >= 0).then((transaction + CHILD).cast(pl.String))
                ).to_series(),
                "order_id": pl.select(pl.when(pl.Series(order >= 0)).then(order_ids(np.maximum(order, 0)))).to_series(),
                "payout_id": gids("ShopifyPaymentsPayout", payout, payout < 0),
                "payout_status": rows["status"].fill_null("PENDING"),
                "adjustment_reason": pick(list(_REASONS), kind),
                "test": np.zeros(rows.height, dtype=bool),
                "amount": money(cents),
                "fee": money(fee),
                "net": money(cents - fee),
                "currency_code": rows["currency"],
                "transaction_date": instants(rows["ts"].to_numpy()),
            }
        ),
    )


def _write_payouts(payouts: pl.DataFrame, merchant: Merchant) -> None:
    net = payouts["net"].to_numpy()
    merchant.write(
        "shopify",
        "payouts",
        pl.DataFrame(
            {
                "store_id": store_ids(payouts["store"].to_numpy()),
                "id": gids("ShopifyPaymentsPayout", payouts["payout"].to_numpy()),
                "status": payouts["status"],
                "transaction_type": pick(["DEPOSIT", "WITHDRAWAL"], (net < 0).astype(np.int64)),
                "net_amount": money(net),
                "currency_code": payouts["currency"],
                "issued_at": instants(payouts["issued_ts"].to_numpy()),
            }
        ),
    )
