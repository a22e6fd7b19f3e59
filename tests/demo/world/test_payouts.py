"""Shopify Payments of the simulated merchant: what it keeps, when it pays, and that a payout is what it is made of."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from demo.world.stores import STORES
from tests.support.simulated import AS_OF, Simulated

_ZONES = {store.store_id: store.timezone for store in STORES}


@pytest.fixture(scope="module")
def movements(simulated: Simulated) -> pl.DataFrame:
    """Balance transactions, each with its order transaction."""
    paid = simulated.shop("transactions").with_columns(number=pl.col("id").str.split("/").list.last())
    paid = paid.select("number", "gateway", "status", "fee_amount", paid="amount", paid_at="created_at", what="kind")
    moved = simulated.shop("balance_transactions")
    return moved.join(paid, left_on="source_order_transaction_id", right_on="number", how="left")


def test_a_charge_costs_its_share_and_thirty_cents_and_nothing_else_does(movements: pl.DataFrame) -> None:
    charges = movements.filter(pl.col("type") == "CHARGE")
    assert charges.height > 500
    assert (charges["fee"] == (charges["amount"] * 29 + 500) // 1000 + 30).all()
    assert (charges["fee"] == charges["fee_amount"]).all()
    assert (charges["amount"] == charges["paid"]).all()
    assert set(charges["status"]) == {"SUCCESS"}
    others = movements.filter(pl.col("type").is_in(["REFUND", "REFUND_FAILURE", "ADJUSTMENT"]))
    assert set(others["fee"]) == {0}
    assert (movements["net"] == movements["amount"] - movements["fee"]).all()


def test_other_gateways_move_nothing_and_tell_no_fee(simulated: Simulated, movements: pl.DataFrame) -> None:
    assert set(movements["gateway"].drop_nulls()) == {"shopify_payments"}
    others = simulated.shop("transactions").filter(pl.col("gateway") != "shopify_payments")
    assert {"paypal", "cash", "manual"} <= set(others["gateway"])
    assert others["fee_amount"].is_null().all()


def test_a_dispute_follows_its_charge_and_its_end_the_dispute(movements: pl.DataFrame) -> None:
    disputes = movements.filter(pl.col("type") == "DISPUTE_WITHDRAWAL")
    charges = movements.filter(pl.col("type") == "CHARGE")
    assert 0 < disputes.height < charges.height * 0.01
    assert (disputes["transaction_date"] > disputes["paid_at"]).all()
    assert (disputes["amount"] == -disputes["paid"]).all()
    assert set(disputes["fee"]) == {1500}
    won = movements.filter(pl.col("type") == "DISPUTE_REVERSAL")
    assert set(won["source_order_transaction_id"]) <= set(disputes["source_order_transaction_id"])
    assert set(won["fee"]) <= {-1500}


def test_money_is_paid_out_on_the_second_business_day(simulated: Simulated, movements: pl.DataFrame) -> None:
    issued = simulated.shop("payouts").select(payout_id="id", issued_at="issued_at", payout_store="store_id")
    held = movements.join(issued, on="payout_id", how="inner")
    assert (held["store_id"] == held["payout_store"]).all()
    for store, zone in _ZONES.items():
        own = held.filter(pl.col("store_id") == store)
        moved, paid = (
            own[c].dt.convert_time_zone(zone).dt.date().to_numpy() for c in ("transaction_date", "issued_at")
        )
        assert (np.busday_offset(moved, 2, roll="forward") == paid).all(), store
    waiting = movements.filter(pl.col("payout_id").is_null())
    assert set(waiting["payout_status"]) == {"PENDING"}
    assert waiting["transaction_date"].min() > AS_OF - timedelta(days=5)  # type: ignore[operator]


def test_a_payout_is_the_sum_of_its_movements(simulated: Simulated, movements: pl.DataFrame) -> None:
    payouts = simulated.shop("payouts")
    sums = movements.drop_nulls("payout_id").group_by("payout_id", "currency_code").agg(pl.col("net").sum())
    both = payouts.join(sums, left_on=["id", "currency_code"], right_on=["payout_id", "currency_code"], how="full")
    assert both.height == payouts.height
    assert (both["net_amount"] == both["net"]).all()
    assert ((payouts["transaction_type"] == "WITHDRAWAL") == (payouts["net_amount"] < 0)).all()
