"""Changed orders stay true to themselves: ledger, payments, taxes and totals agree as before."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from demo.changes import touch_orders
from demo.merchant import Merchant
from tests.support.shopify_merchant import at, write_merchant

_AT = at(25)


@pytest.fixture
def merchant(tmp_path: Path) -> Merchant:
    """A merchant whose lines are of one unit, so that every kind of change is possible."""
    merchant = write_merchant(tmp_path / "before")
    lines = merchant.frame("shopify", "order_lines").collect()
    one = {c: pl.lit(1) for c in ("quantity", "current_quantity", "refundable_quantity")}
    merchant.write("shopify", "order_lines", lines.with_columns(**one))
    sales = merchant.frame("shopify", "sales").collect()
    sold = pl.col("line_type") == "PRODUCT"
    free = {
        c: pl.when(sold).then(0).otherwise(c) for c in ("total_discount_before_taxes", "total_discount_after_taxes")
    }
    once = pl.when(sold & (pl.col("quantity") == 2)).then(1).otherwise("quantity").alias("quantity")
    merchant.write("shopify", "sales", sales.with_columns(once, **free))
    return merchant


def _sum(merchant: Merchant, table: str, column: str) -> float:
    return float(merchant.frame("shopify", table).select(pl.col(column).sum()).collect().item())


def _paid(merchant: Merchant) -> float:
    signed = pl.when(pl.col("kind") == "REFUND").then(-pl.col("amount")).otherwise("amount")
    moved = merchant.frame("shopify", "transactions").filter(pl.col("status") == "SUCCESS")
    return float(moved.select(signed.sum()).collect().item())


@pytest.mark.parametrize("seed", range(4))
def test_ledger_payments_and_totals_change_together(merchant: Merchant, tmp_path: Path, seed: int) -> None:
    changed = touch_orders(merchant, tmp_path / "after", orders=8, at=_AT, seed=seed)
    touched = changed.frame("shopify", "orders").filter(pl.col("updated_at") == _AT).collect()
    assert touched.height == 8
    before, after = merchant, changed

    def grown(table: str, column: str) -> float:
        return round(_sum(after, table, column) - _sum(before, table, column), 6)

    assert grown("sales", "total_amount") == grown("orders", "current_total_price") == grown("orders", "net_payment")
    assert grown("orders", "net_payment") == round(_paid(after) - _paid(before), 6)
    assert grown("sales", "quantity") == grown("order_lines", "current_quantity")
    assert grown("sales", "total_tax") == grown("orders", "current_total_tax")
    assert grown("refunds", "total_refunded") == grown("orders", "total_refunded")
    assert grown("tax_lines", "price") == grown("orders", "total_tax")
    assert not after.frame("shopify", "sales").collect()["id"].is_duplicated().any()


def test_the_merchant_before_stays_as_it_was(merchant: Merchant, tmp_path: Path) -> None:
    before = merchant.frame("shopify", "orders").collect()
    touch_orders(merchant, tmp_path / "after", orders=3, at=_AT)
    assert merchant.frame("shopify", "orders").collect().equals(before)


def test_changes_follow_the_seed(merchant: Merchant, tmp_path: Path) -> None:
    ways = [touch_orders(merchant, tmp_path / str(n), orders=4, at=_AT, seed=seed) for n, seed in enumerate((1, 1, 2))]
    first, again, other = (way.frame("shopify", "orders").collect() for way in ways)
    assert first.equals(again)
    assert not first.equals(other)


def test_the_past_cannot_be_changed(merchant: Merchant, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="choose a later instant"):
        touch_orders(merchant, tmp_path / "after", orders=10, at=at(12))
