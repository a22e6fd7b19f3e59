"""Later changes of a merchant's orders, as a day in a shop brings them: refunds, edits, deliveries, notes."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl

from demo.merchant import Merchant
from demo.world.payouts import GATEWAY, processing_fee

_MONEY = pl.Decimal(18, 6)
_REFUNDED, _EDITED, _DELIVERED, _TAGGED = "refunded", "edited", "delivered", "tagged"
_SHARES = {_REFUNDED: 0.4, _EDITED: 0.2, _DELIVERED: 0.2, _TAGGED: 0.2}
_TAG = "checked"


def touch_orders(merchant: Merchant, folder: Path, *, orders: int, at: datetime, seed: int = 0) -> Merchant:
    """Writes the same merchant with some of its orders changed.

    Four in ten of the orders get a refund of one line, two in ten one more unit of a line, two in ten their parcel
    delivered, and the rest a tag; where an order does not allow its change, it gets a tag. Ledger, transactions
    and the order's totals agree with each other as before; stock and customers stay as they are.

    Args:
        merchant: stays as it is.
        folder: of the changed merchant; files that do not change are linked, or copied across file systems.
        orders: how many to change; all, if there are fewer.
        at: when the changes happened (UTC): ``updated_at`` of every changed order.
        seed: which orders.

    Returns:
        The changed merchant.

    Raises:
        ValueError: an order is already newer than ``at``.
    """
    shutil.copytree(merchant.folder, folder, copy_function=_link)
    shop = _Shop(Merchant(folder), at)
    chosen = _assigned(shop, orders, seed)
    if chosen.filter(pl.col("updated_at") >= at).height:
        raise ValueError(f"changes at {at.isoformat()}: some chosen orders were updated later; choose a later instant")
    _refund(shop, chosen.filter(pl.col("change") == _REFUNDED))
    _add_unit(shop, chosen.filter(pl.col("change") == _EDITED))
    _deliver(shop, chosen.filter(pl.col("change") == _DELIVERED))
    _tag(shop, chosen.filter(pl.col("change") == _TAGGED))
    shop.save(chosen["id"])
    return shop.merchant


@dataclass
class _Shop:
    """Tables under change."""

    merchant: Merchant
    at: datetime
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)

    def table(self, name: str) -> pl.DataFrame:
        """A table as it is now."""
        if name not in self.tables:
            self.tables[name] = self.merchant.frame("shopify", name).collect()
        return self.tables[name]

    def append(self, name: str, rows: pl.DataFrame) -> None:
        """Adds rows; columns that they lack are null."""
        table = self.table(name)
        same = rows.select(pl.col(c).cast(t) for c, t in table.schema.items() if c in rows.columns)
        self.tables[name] = pl.concat([table, same], how="diagonal")

    def add_to(self, name: str, key: list[str], changes: pl.DataFrame) -> None:
        """Adds each of the other columns of the changes to the row with that key."""
        added = [c for c in changes.columns if c not in key]
        renamed = changes.rename({c: f"_{c}" for c in added})
        table = self.table(name).join(renamed, on=key, how="left", maintain_order="left")
        sums = [(pl.col(c) + pl.col(f"_{c}").fill_null(0)).cast(table.schema[c]).alias(c) for c in added]
        self.tables[name] = table.with_columns(sums).drop(f"_{c}" for c in added)

    def put(self, name: str, ids: pl.Series, **values: pl.Expr) -> None:
        """Sets columns of the rows with these ids."""
        is_meant = pl.col("id").is_in(ids.implode())
        table = self.table(name)
        puts = [pl.when(is_meant).then(v).otherwise(c).cast(table.schema[c]).alias(c) for c, v in values.items()]
        self.tables[name] = table.with_columns(puts)

    def new_ids(self, table: str, kind: str, count: int) -> pl.Series:
        """Ids greater than any in the table."""
        number = pl.col("id").str.extract(r"/(\d+)").cast(pl.Int64).max()
        last = self.table(table).select(number.fill_null(0)).item()
        return pl.select(
            pl.format("gid://shopify/" + kind + "/{}", pl.int_range(last + 1, last + 1 + count))
        ).to_series()

    def save(self, touched: pl.Series) -> None:
        """Writes every changed table."""
        self.put("orders", touched, updated_at=pl.lit(self.at))
        for name, frame in self.tables.items():
            # The file may be a link to the other merchant's.
            (self.merchant.folder / "shopify" / f"{name}.parquet").unlink(missing_ok=True)
            self.merchant.write("shopify", name, frame)


def _assigned(shop: _Shop, count: int, seed: int) -> pl.DataFrame:
    """Chosen orders with the change that each gets, and the order line that it is about."""
    rng = np.random.default_rng(seed)
    every = shop.table("orders").filter(~pl.col("test") & pl.col("cancelled_at").is_null())
    picked = every[np.sort(rng.choice(every.height, min(count, every.height), replace=False))]
    drawn = rng.choice(list(_SHARES), picked.height, p=list(_SHARES.values()))
    lines = _single_lines(shop, picked)
    sent = shop.table("fulfillments").filter(pl.col("status") == "SUCCESS")
    waiting = sent.filter(pl.col("delivered_at").is_null())["order_id"].unique()
    is_paid = pl.col("display_financial_status").is_in(["PAID", "PARTIALLY_REFUNDED"])
    allowed = (
        pl.when(pl.col("draw") == _DELIVERED)
        .then(pl.col("id").is_in(waiting.implode()))
        .when(pl.col("draw") == _REFUNDED)
        .then(is_paid & (pl.col("net_payment") >= pl.col("total_amount")))
        .when(pl.col("draw") == _EDITED)
        .then((pl.col("display_financial_status") == "PAID") & (pl.col("total_discount_before_taxes") == 0))
        .otherwise(False)
    )
    drawn_of = picked.with_columns(draw=pl.Series(drawn)).join(lines, left_on="id", right_on="order_id", how="left")
    return drawn_of.with_columns(change=pl.when(allowed.fill_null(False)).then("draw").otherwise(pl.lit(_TAGGED)))


def _single_lines(shop: _Shop, orders: pl.DataFrame) -> pl.DataFrame:
    """Per order, one line of a single unit that was never changed, with the ledger entry that sold it."""
    untouched = (pl.col("quantity") == 1) & (pl.col("current_quantity") == 1) & (pl.col("refundable_quantity") == 1)
    lines = shop.table("order_lines").filter(
        untouched & ~pl.col("is_gift_card") & pl.col("order_id").is_in(orders["id"].implode())
    )
    sold = shop.table("sales").filter(
        (pl.col("action_type") == "ORDER") & (pl.col("line_type") == "PRODUCT") & (pl.col("quantity") == 1)
    )
    amounts = ("total_amount", "total_tax", "total_discount_before_taxes", "total_discount_after_taxes")
    return (
        lines.select("order_id", pl.col("id").alias("order_line_id"), "original_unit_price", "position")
        .join(sold.select("order_line_id", *(pl.col(c).alias(c) for c in amounts)), on="order_line_id")
        .rename({"total_tax": "line_tax"})
        .sort("order_id", "position")
        .unique("order_id", keep="first", maintain_order=True)
        .drop("position")
    )


def _refund(shop: _Shop, chosen: pl.DataFrame) -> None:
    """Money back for one line; the goods stay with the customer."""
    if chosen.is_empty():
        return
    rows = chosen.with_columns(
        refund_id=shop.new_ids("refunds", "Refund", chosen.height),
        # The price terms of the order: with tax where its prices include it.
        subtotal=_in_price_terms("total_amount"),
        discount=_discount_in_price_terms(),
    )
    at = pl.lit(shop.at)
    common = (pl.col("store_id"), pl.col("id").alias("order_id"))
    shop.append(
        "refunds",
        rows.select(
            *common,
            pl.col("refund_id").alias("id"),
            pl.col("total_amount").alias("total_refunded"),
            created_at=at,
            processed_at=at,
            updated_at=at,
        ),
    )
    shop.append(
        "refund_lines",
        rows.select(
            *common,
            "refund_id",
            "order_line_id",
            "subtotal",
            pl.col("line_tax").alias("total_tax"),
            id=shop.new_ids("refund_lines", "RefundLineItem", rows.height),
            quantity=pl.lit(1),
            restock_type=pl.lit("NO_RESTOCK"),
            restocked=pl.lit(False),
        ),
    )
    _post(shop, rows, "RefundAgreement", "REFUND", -1, "RETURN")
    _pay(shop, rows, "REFUND")
    shop.add_to(
        "order_lines",
        ["id"],
        rows.select(pl.col("order_line_id").alias("id"), current_quantity=pl.lit(-1), refundable_quantity=pl.lit(-1)),
    )
    shop.add_to(
        "orders",
        ["id"],
        rows.select(
            "id",
            total_refunded="total_amount",
            net_payment=-pl.col("total_amount"),
            current_total_price=-pl.col("total_amount"),
            current_subtotal_price=-pl.col("subtotal"),
            current_total_tax=-pl.col("line_tax"),
            current_total_discounts=-pl.col("discount"),
        ),
    )
    is_all = pl.col("total_refunded") >= pl.col("total_received")
    status = pl.when(is_all).then(pl.lit("REFUNDED")).otherwise(pl.lit("PARTIALLY_REFUNDED"))
    shop.put("orders", rows["id"], display_financial_status=status)


def _add_unit(shop: _Shop, chosen: pl.DataFrame) -> None:
    """One more unit of a line, at the same price, paid at once and still to be shipped."""
    if chosen.is_empty():
        return
    rows = chosen.with_columns(subtotal=_in_price_terms("total_amount"))
    _post(
        shop,
        rows.with_columns(refund_id=pl.lit(None, dtype=pl.String)),
        "OrderEditAgreement",
        "ORDER_EDIT",
        1,
        "UPDATE",
    )
    _pay(shop, rows, "SALE")
    one = pl.lit(1)
    shop.add_to(
        "order_lines",
        ["id"],
        rows.select(
            pl.col("order_line_id").alias("id"),
            quantity=one,
            current_quantity=one,
            refundable_quantity=one,
            unfulfilled_quantity=one,
            original_total="original_unit_price",
            discounted_total="original_unit_price",
        ),
    )
    taxes = shop.table("tax_lines").filter(
        (pl.col("parent_type") == "order_line") & pl.col("parent_id").is_in(rows["order_line_id"].implode())
    )
    key = ["store_id", "order_id", "parent_type", "parent_id", "position"]
    shop.add_to("tax_lines", key, taxes.select(*key, "price"))
    shop.add_to(
        "orders",
        ["id"],
        rows.select(
            "id",
            subtotal_price="subtotal",
            total_price="total_amount",
            total_tax="line_tax",
            total_received="total_amount",
            net_payment="total_amount",
            current_total_price="total_amount",
            current_subtotal_price="subtotal",
            current_total_tax="line_tax",
            total_price_presentment=_presented("total_amount"),
        ),
    )
    is_shipped = pl.col("display_fulfillment_status") == "FULFILLED"
    status = pl.when(is_shipped).then(pl.lit("PARTIALLY_FULFILLED")).otherwise("display_fulfillment_status")
    shop.put("orders", rows["id"], edited=pl.lit(True), display_fulfillment_status=status)


def _deliver(shop: _Shop, chosen: pl.DataFrame) -> None:
    """Parcels that were on their way arrive."""
    fulfillments = shop.table("fulfillments").filter(pl.col("status") == "SUCCESS")
    waiting = fulfillments.filter(pl.col("order_id").is_in(chosen["id"].implode()) & pl.col("delivered_at").is_null())[
        "id"
    ]
    at = pl.lit(shop.at)
    shop.put("fulfillments", waiting, display_status=pl.lit("DELIVERED"), delivered_at=at, updated_at=at)


def _tag(shop: _Shop, chosen: pl.DataFrame) -> None:
    """The shop marks the order."""
    inside = pl.col("tags").fill_null("[]").str.strip_chars("[]")
    tagged = pl.when(inside == "").then(pl.lit(f'["{_TAG}"]')).otherwise(pl.format(f'[{{}}, "{_TAG}"]', inside))
    shop.put("orders", chosen["id"], tags=tagged)


def _post(shop: _Shop, rows: pl.DataFrame, kind: str, reason: str, sign: int, action: str) -> None:
    """An agreement per order, and its entry in the ledger: the sale of one unit again, with that sign."""
    agreement = shop.new_ids("sales_agreements", "SalesAgreement", rows.height)
    order = pl.col("id").alias("order_id")
    shop.append(
        "sales_agreements",
        rows.select(
            "store_id",
            order,
            "refund_id",
            id=agreement,
            type=pl.lit(kind),
            reason=pl.lit(reason),
            happened_at=pl.lit(shop.at),
        ),
    )
    shop.append(
        "sales",
        rows.select(
            "store_id",
            order,
            "order_line_id",
            pl.col("total_amount") * sign,
            pl.col("total_discount_before_taxes") * sign,
            pl.col("total_discount_after_taxes") * sign,
            id=shop.new_ids("sales", "Sale", rows.height),
            agreement_id=agreement,
            action_type=pl.lit(action),
            line_type=pl.lit("PRODUCT"),
            quantity=pl.lit(sign),
            total_tax=pl.col("line_tax") * sign,
        ),
    )


def _pay(shop: _Shop, rows: pl.DataFrame, kind: str) -> None:
    """A payment of each row's total, through the gateway of the order's first sale."""
    sales = (
        shop.table("transactions")
        .filter(pl.col("kind").is_in(["SALE", "CAPTURE"]) & (pl.col("status") == "SUCCESS"))
        .sort("created_at")
        .unique("order_id", keep="first", maintain_order=True)
        .select("order_id", "gateway", pl.col("id").alias("sale_id"))
    )
    paid = rows.join(sales, left_on="id", right_on="order_id", how="left", maintain_order="left")
    shop.append(
        "transactions",
        paid.select(
            "store_id",
            pl.col("id").alias("order_id"),
            "gateway",
            id=shop.new_ids("transactions", "OrderTransaction", rows.height),
            parent_id=pl.when(pl.lit(kind) == "REFUND").then("sale_id"),
            kind=pl.lit(kind),
            status=pl.lit("SUCCESS"),
            test=pl.lit(False),
            amount="total_amount",
            amount_presentment=_presented("total_amount"),
            fee_amount=_fee(kind),
            created_at=pl.lit(shop.at),
            processed_at=pl.lit(shop.at),
        ),
    )


def _fee(kind: str) -> pl.Expr:
    """What Shopify Payments keeps of a sale's total; null of all else."""
    cents = (pl.col("total_amount") * 100).cast(pl.Int64)
    kept = cents.map_batches(lambda each: pl.Series(processing_fee(each.to_numpy())), pl.Int64)
    is_charged = (pl.col("gateway") == GATEWAY) & (pl.lit(kind) == "SALE")
    return pl.when(is_charged).then((kept / 100).cast(_MONEY))


def _in_price_terms(total: str) -> pl.Expr:
    """A total with tax, as the order's prices are given."""
    return pl.when("taxes_included").then(total).otherwise(pl.col(total) - pl.col("line_tax")).cast(_MONEY)


def _discount_in_price_terms() -> pl.Expr:
    after, before = pl.col("total_discount_after_taxes"), pl.col("total_discount_before_taxes")
    return pl.when("taxes_included").then(after).otherwise(before)


def _presented(amount: str) -> pl.Expr:
    """An amount in the customer's currency, at the order's own rate."""
    rate = (pl.col("total_price_presentment") / pl.col("total_price")).cast(pl.Float64)
    known = pl.col("total_price_presentment").is_not_null() & (pl.col("total_price") != 0)
    presented = (pl.col(amount).cast(pl.Float64) * pl.when(known).then(rate).otherwise(1.0)).round(2)
    return presented.cast(_MONEY)


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target
