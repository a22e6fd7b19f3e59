"""One store's rows: the merchant's tables, and the tables that Shopify shows but the contract holds otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from demo.merchant import Merchant

_OPTIONS = pl.List(pl.Struct({"name": pl.String, "value": pl.String}))


_SHOPIFY_PAYMENTS = "shopify_payments"


class MerchantError(Exception):
    """The merchant's tables hold what Shopify could not: the message names table, column, row and remedy."""


@dataclass(frozen=True)
class Store:
    """A store of a merchant.

    Attributes:
        merchant: whose store it is.
        store_id: its name in the contract's tables.
        as_of: the server's "now" (UTC).
    """

    merchant: Merchant
    store_id: str
    as_of: datetime

    @cached_property
    def shop(self) -> dict[str, Any]:
        """The store's row of the shop table."""
        return self._rows("shop").collect().row(0, named=True)

    @property
    def currency(self) -> str:
        """The shop's currency."""
        return str(self.shop["currency_code"])

    @property
    def timezone_offset(self) -> str:
        """The shop's offset from UTC now, as "+0200"."""
        return self.as_of.astimezone(ZoneInfo(self.shop["iana_timezone"])).strftime("%z")

    @cached_property
    def has_payments_account(self) -> bool:
        """Whether the shop takes payments by Shopify Payments."""
        taken = self._rows("transactions").filter(pl.col("gateway") == _SHOPIFY_PAYMENTS)
        return bool(taken.head(1).collect().height)

    def scan(self, table: str) -> pl.LazyFrame:
        """Rows of a table, or of a view that is made from the contract's tables."""
        view = _VIEWS.get(table)
        return view(self) if view else self._rows(table)

    def scan_columns(self, table: str, columns: Sequence[str]) -> pl.LazyFrame:
        """The named columns of a table; columns that start with ``_`` are borrowed from related rows."""
        frame = self.scan(table)
        for borrow in (b for b in columns if b in _BORROWED and b not in frame.collect_schema()):
            frame = _BORROWED[borrow](self, table, frame)
        return frame.select(list(dict.fromkeys(columns)))

    def _rows(self, table: str) -> pl.LazyFrame:
        return self.merchant.frame("shopify", table).filter(pl.col("store_id") == self.store_id)


def _current_levels(store: Store) -> pl.LazyFrame:
    """Shopify knows levels as they are now: the latest snapshot of each."""
    return (
        store._rows("inventory_levels")
        .sort("snapshot_date")
        .unique(["inventory_item_id", "location_id"], keep="last", maintain_order=True)
    )


def _discount_codes(store: Store) -> pl.LazyFrame:
    codes = pl.col("codes").str.json_decode(pl.List(pl.String))
    return (
        store._rows("discounts")
        .select("store_id", pl.col("id").alias("discount_id"), codes.alias("code"), "usage_count")
        .explode("code")
        .drop_nulls("code")
        .with_columns(position=pl.int_range(pl.len()).over("discount_id"))
        .with_columns(id=pl.format("gid://shopify/DiscountRedeemCode/{}{}", _tail("discount_id"), "position"))
    )


def _checkout_lines(store: Store) -> pl.LazyFrame:
    """The contract keeps a checkout's counts and totals; its lines are made to add up to them."""
    first = pl.col("position") == 0
    return (
        store._rows("abandoned_checkouts")
        .filter(pl.col("line_count") > 0)
        .select("store_id", "id", "line_count", "total_quantity", "subtotal_price", "total_discounts")
        .rename({"id": "checkout_id"})
        .with_columns(position=pl.int_ranges("line_count"))
        .explode("position")
        .with_columns(
            id=pl.format("gid://shopify/AbandonedCheckoutLineItem/{}{}", _tail("checkout_id"), "position"),
            quantity=pl.when(first).then(pl.col("total_quantity") - pl.col("line_count") + 1).otherwise(1),
            discounted_total=pl.when(first).then("subtotal_price").otherwise(0).cast(pl.Decimal(18, 6)),
        )
    )


def _product_options(store: Store) -> pl.LazyFrame:
    return (
        store._rows("product_variants")
        .sort("product_id", "position")
        .select("store_id", "product_id", pl.col("selected_options").str.json_decode(_OPTIONS).alias("option"))
        .with_columns(position=pl.int_ranges(1, pl.col("option").list.len() + 1))
        .explode("option", "position")
        .drop_nulls("option")
        .unnest("option")
        .group_by("store_id", "product_id", "position", "name", maintain_order=True)
        .agg(pl.col("value").unique(maintain_order=True).alias("values"))
        .with_columns(id=pl.format("gid://shopify/ProductOption/{}{}", _tail("product_id"), "position"))
    )


def _product_option_values(store: Store) -> pl.LazyFrame:
    return (
        _product_options(store)
        .select("store_id", pl.col("id").alias("option_id"), pl.col("values").alias("name"))
        .explode("name")
        .with_columns(position=pl.int_range(pl.len()).over("option_id"))
        .with_columns(id=pl.format("gid://shopify/ProductOptionValue/{}{}", _tail("option_id"), "position"))
    )


def _order_tax_lines(store: Store) -> pl.LazyFrame:
    """Taxes of a whole order: those of its lines and shipping lines, one per title and rate."""
    return (
        store._rows("tax_lines")
        .group_by("store_id", "order_id", "title", "rate", maintain_order=True)
        .agg(pl.col("price").sum())
        .with_columns(position=pl.int_range(pl.len()).over("order_id"))
    )


def _line_tax_lines(store: Store) -> pl.LazyFrame:
    return store._rows("tax_lines").filter(pl.col("parent_type") == "order_line")


def _shipping_tax_lines(store: Store) -> pl.LazyFrame:
    rows = store._rows("tax_lines").filter(pl.col("parent_type") == "shipping_line")
    return rows.with_columns(_shipping_line=pl.format("{}#{}", "order_id", "parent_id"))


def _exchange_line_items(store: Store) -> pl.LazyFrame:
    return store._rows("exchange_lines").unique("id", keep="first", maintain_order=True)


def _refund_transactions(store: Store) -> pl.LazyFrame:
    """The contract does not tie a transaction to its refund; both are processed at the same instant."""
    refunds = store._rows("refunds").select("order_id", "processed_at", pl.col("id").alias("refund_id"))
    rows = store._rows("transactions").filter(pl.col("kind") == "REFUND")
    return rows.join(refunds, on=["order_id", "processed_at"])


def _shipping_lines(store: Store) -> pl.LazyFrame:
    return store._rows("shipping_lines").with_columns(_key=pl.format("{}#{}", "order_id", "position"))


def _discount_applications(store: Store) -> pl.LazyFrame:
    return store._rows("discount_applications").with_columns(_key=pl.format("{}#{}", "order_id", "index"))


def _discount_allocations(store: Store) -> pl.LazyFrame:
    key = pl.format("{}#{}", "order_id", "discount_application_index")
    return store._rows("discount_allocations").with_columns(_application=key)


def _selected_options(store: Store) -> pl.LazyFrame:
    return (
        store._rows("product_variants")
        .select(pl.col("id").alias("variant_id"), pl.col("selected_options").str.json_decode(_OPTIONS).alias("option"))
        .explode("option")
        .drop_nulls("option")
        .unnest("option")
        .with_columns(position=pl.int_range(pl.len()).over("variant_id"))
    )


def _exchanged_lines(store: Store) -> pl.LazyFrame:
    sent = store._rows("exchange_lines").select(pl.col("order_line_id").alias("id"), pl.col("id").alias("_exchange"))
    return store._rows("order_lines").join(sent, on="id")


def _fulfillments(store: Store) -> pl.LazyFrame:
    first = pl.col("id").min().over("order_id", "location_id")
    order = first.str.replace("/Fulfillment/", "/FulfillmentOrder/", literal=True)
    return store._rows("fulfillments").with_columns(_fulfillment_order=order)


def _fulfillment_orders(store: Store) -> pl.LazyFrame:
    """What was to be shipped from one location for an order; all of it has been, so all are closed."""
    return (
        _fulfillments(store)
        .group_by(pl.col("_fulfillment_order").alias("id"), "store_id", "order_id")
        .agg(pl.col("created_at").min(), pl.col("updated_at").max())
    )


def _deletion_events(store: Store) -> pl.LazyFrame:
    return store._rows("product_deletions").with_columns(_action=pl.lit("destroy"), _subject_type=pl.lit("PRODUCT"))


def _balance_transactions(store: Store) -> pl.LazyFrame:
    """The contract's movements, and what it leaves out: the transfer of each payout."""
    number = pl.col("id").str.extract(r"(\d+)$")
    nothing = pl.lit(0).cast(pl.Decimal(18, 6))
    transfers = store._rows("payouts").select(
        "store_id",
        pl.format("gid://shopify/ShopifyPaymentsBalanceTransaction/9{}", number).alias("id"),
        type=pl.lit("TRANSFER"),
        source_type=pl.lit("TRANSFER"),
        source_id=number,
        payout_id="id",
        payout_status="status",
        test=pl.lit(False),
        amount=-pl.col("net_amount"),
        fee=nothing,
        net=-pl.col("net_amount"),
        currency_code="currency_code",
        transaction_date="issued_at",
    )
    every = pl.concat([store._rows("balance_transactions"), transfers], how="diagonal_relaxed")
    return every.with_columns(_processed_at=pl.col("transaction_date"))


def _shop(store: Store) -> pl.LazyFrame:
    return store._rows("shop").with_columns(_timezone_offset=pl.lit(store.timezone_offset))


_VIEWS: dict[str, Callable[[Store], pl.LazyFrame]] = {
    "inventory_levels": _current_levels,
    "discount_codes": _discount_codes,
    "abandoned_checkout_lines": _checkout_lines,
    "product_options": _product_options,
    "product_option_values": _product_option_values,
    "order_tax_lines": _order_tax_lines,
    "line_tax_lines": _line_tax_lines,
    "shipping_tax_lines": _shipping_tax_lines,
    "exchange_line_items": _exchange_line_items,
    "refund_transactions": _refund_transactions,
    "shipping_lines": _shipping_lines,
    "discount_applications": _discount_applications,
    "discount_allocations": _discount_allocations,
    "selected_options": _selected_options,
    "exchanged_lines": _exchanged_lines,
    "fulfillments": _fulfillments,
    "fulfillment_orders": _fulfillment_orders,
    "deletion_events": _deletion_events,
    "shop": _shop,
    "balance_transactions": _balance_transactions,
}


def _presentment(store: Store, table: str, frame: pl.LazyFrame) -> pl.LazyFrame:
    """What an order's customer saw: the currency, and how many units of it one unit of the shop's bought."""
    rate = pl.col("total_price_presentment").cast(pl.Float64) / pl.col("total_price").cast(pl.Float64)
    money = [
        pl.col("presentment_currency_code").fill_null(pl.col("currency_code")).alias("_presentment_currency"),
        pl.when(pl.col("total_price") != 0).then(rate).fill_null(1.0).alias("_presentment_rate"),
    ]
    if table == "orders":
        return frame.with_columns(money)
    orders = store._rows("orders").select(pl.col("id").alias("order_id"), *money)
    return frame.join(orders, on="order_id", how="left", maintain_order="left")


def _line_totals(store: Store, _: str, frame: pl.LazyFrame) -> pl.LazyFrame:
    """An order line's totals for the part of it that a fulfilment or a return holds."""
    lines = store._rows("order_lines").select(
        pl.col("id").alias("order_line_id"),
        (pl.col("original_total") / pl.col("quantity")).alias("_unit_original"),
        (pl.col("discounted_total") / pl.col("quantity")).alias("_unit_discounted"),
    )
    return frame.join(lines, on="order_line_id", how="left", maintain_order="left").with_columns(
        _original_total=(pl.col("_unit_original") * pl.col("quantity")).cast(pl.Decimal(18, 6)).round(2),
        _discounted_total=(pl.col("_unit_discounted") * pl.col("quantity")).cast(pl.Decimal(18, 6)).round(2),
    )


def _allocated(store: Store, _: str, frame: pl.LazyFrame) -> pl.LazyFrame:
    sums = (
        store._rows("discount_allocations")
        .group_by(pl.col("order_line_id").alias("id"))
        .agg(pl.col("allocated_amount").sum().alias("_allocated"))
    )
    joined = frame.join(sums, on="id", how="left", maintain_order="left")
    return joined.with_columns(pl.col("_allocated").fill_null(0).cast(pl.Decimal(18, 6)))


_BORROWED: dict[str, Callable[[Store, str, pl.LazyFrame], pl.LazyFrame]] = {
    "_presentment_currency": _presentment,
    "_presentment_rate": _presentment,
    "_original_total": _line_totals,
    "_discounted_total": _line_totals,
    "_allocated": _allocated,
}


def _tail(column: str) -> pl.Expr:
    return pl.col(column).str.extract(r"(\d+)")
