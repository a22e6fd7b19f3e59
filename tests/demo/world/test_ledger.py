"""Shopify's sales ledger of the simulated merchant agrees with orders and refunds."""

from __future__ import annotations

import polars as pl

from tests.support.simulated import Simulated

KEYS = ["store_id", "order_id"]


def _sales(simulated: Simulated) -> pl.DataFrame:
    agreements = simulated.shop("sales_agreements").select(
        "store_id", "order_id", "type", "refund_id", "return_id", "happened_at", agreement_id="id"
    )
    return simulated.shop("sales").join(agreements, on=["store_id", "order_id", "agreement_id"])


def _rounding(simulated: Simulated) -> pl.DataFrame:
    """Cents that a customer's own currency adds to an order's total, and those of them that went back."""
    return simulated.truth("foreign_orders").drop("store_id")


def test_every_sale_has_its_agreement(simulated: Simulated) -> None:
    assert _sales(simulated).height == simulated.shop("sales").height
    used = simulated.shop("sales")["agreement_id"].unique()
    assert set(used) == set(simulated.shop("sales_agreements")["id"])


def test_first_agreement_is_the_original_total(simulated: Simulated) -> None:
    placed = (
        _sales(simulated).filter(pl.col("type") == "OrderAgreement").group_by(KEYS).agg(pl.col("total_amount").sum())
    )
    orders = simulated.shop("orders").join(placed, left_on=["store_id", "id"], right_on=KEYS)
    assert orders.height == simulated.shop("orders").height
    orders = orders.join(_rounding(simulated), left_on="id", right_on="order_id", how="left")
    rounded = orders["total_amount"] + orders["rounding"].fill_null(0)
    assert (rounded == orders["original_total_price"]).all()


def test_ledger_ends_at_the_current_total(simulated: Simulated) -> None:
    """Without fees and goodwill, which the current total does not hold."""
    sales = _sales(simulated).filter(~pl.col("line_type").is_in(["FEE", "ADJUSTMENT"]))
    sums = sales.group_by(KEYS).agg(pl.col("total_amount", "total_tax").sum())
    orders = simulated.shop("orders").join(sums, left_on=["store_id", "id"], right_on=KEYS)
    orders = orders.join(_rounding(simulated), left_on="id", right_on="order_id", how="left")
    rounding = (orders["rounding"] - orders["rounding_back"]).fill_null(0)
    assert (orders["total_amount"] + rounding == orders["current_total_price"]).all()
    assert (orders["total_tax_right"] == orders["current_total_tax"]).all()


def test_ledger_of_a_refund_is_its_money(simulated: Simulated) -> None:
    """Goods, charges and goodwill of a refund with the fees and exchanged goods of its return.

    What was never paid, kept back or sent back by a bank is no money of the refund's; a customer's cents are.
    """
    sales = _sales(simulated)
    money_back = -sales.filter(pl.col("type").is_in(["RefundAgreement", "ReturnAgreement"]))["total_amount"].sum()
    unpaid = (
        simulated.shop("orders")
        .filter(pl.col("cancelled_at").is_not_null() & (pl.col("total_received") == 0))["original_total_price"]
        .sum()
    )
    otherwise = simulated.truth("stated_otherwise").filter(pl.col("refund_id").is_not_null())
    missing = otherwise.filter(pl.col("cause") != "refund_pending")["amount"].sum()
    assert money_back == simulated.shop("refunds")["total_refunded"].sum() + unpaid + missing


def test_quantities_of_the_ledger_are_current_quantities(simulated: Simulated) -> None:
    sold = simulated.shop("sales").filter(pl.col("order_line_id").is_not_null())
    sold = sold.group_by("order_line_id").agg(pl.col("quantity").sum())
    lines = simulated.shop("order_lines").join(sold, left_on="id", right_on="order_line_id")
    assert lines.height == simulated.shop("order_lines").height
    assert (lines["quantity_right"] == lines["current_quantity"]).all()


def test_books_are_the_ledger_by_either_date(simulated: Simulated) -> None:
    books = simulated.truth("daily_books")
    real = simulated.shop("orders").filter(~pl.col("test")).select(store_id="store_id", order_id="id")
    goods = _sales(simulated).filter(pl.col("line_type") == "PRODUCT").join(real, on=KEYS, how="semi")
    net = goods["total_amount"].sum() - goods["total_tax"].sum()
    pending = simulated.shop("transactions").filter(pl.col("status") == "PENDING")["amount"].sum()
    for basis in ("order_date", "event_date"):
        rows = books.filter(pl.col("basis") == basis)
        assert rows["net_sales"].sum() == net
        assert (
            rows["gross_sales"] - rows["discounts"] - rows["returns"] == rows["net_sales"]
        ).all() or basis == "event_date"
        assert rows["orders"].sum() == real.height
        assert rows["refunds"].sum() == simulated.shop("refunds")["total_refunded"].sum() - pending
