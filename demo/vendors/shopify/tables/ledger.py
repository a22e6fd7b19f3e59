"""Sales agreements and their sales: Shopify's dated, immutable ledger of what was sold and taken back."""

from __future__ import annotations

import numpy as np
import polars as pl

from demo.merchant import Merchant
from demo.vendors.shopify.tables.ids import (
    child_ids,
    line_ids,
    order_ids,
    store_ids,
)
from demo.world.catalog import GIFT_CARDS
from demo.world.outcomes import EDITED_IN, EXCHANGED, ORDERED
from demo.world.refunds import RETURN
from demo.world.scenario import Flags, Ints
from demo.world.values import instants, money, pick, share_of
from demo.world.view import View

AGREEMENTS = ("OrderAgreement", "OrderEditAgreement", "RefundAgreement", "ReturnAgreement")
PLACED, EDITED, REFUNDED, TURNED = range(4)
_SLOTS = 4
"""Id numbers per order and kind of agreement: an order has at most so many refunds."""

_COLUMNS = [
    "order",
    "store",
    "agreement",
    "refund",
    "return",
    "ts",
    "action",
    "line_type",
    "line",
    "quantity",
    "total",
    "discount",
    "discount_taxed",
    "tax",
]


def ledger(view: View) -> pl.DataFrame:
    """One row per sale, in cents.

    Columns: order, store, agreement (index of ``AGREEMENTS``), refund, return (-1: none), ts, action, line_type,
    line (-1: none), quantity, total (tax included), discount (before tax), discount_taxed, tax.
    """
    lines = view.lines.join(
        view.orders.select("order", "included", order_ts="ts"), on="order", how="left", maintain_order="left"
    )
    turned = view.refunds.filter(pl.col("cause") == RETURN).select("order", "refund", "return", refund_ts="ts")
    placed = _of_lines(lines.filter(pl.col("origin") == ORDERED), PLACED, "ORDER", pl.col("order_ts"))
    added = _of_lines(lines.filter(pl.col("origin") == EDITED_IN), EDITED, "ORDER", pl.col("ts"))
    removed = _negated(_of_lines(lines.filter("taken_out"), EDITED, "RETURN", pl.col("removed_ts")))
    exchanged = _of_lines(
        lines.filter(pl.col("origin") == EXCHANGED).join(turned, on="order", how="inner", maintain_order="left"),
        TURNED,
        "ORDER",
        pl.col("refund_ts"),
    )
    parts = [placed, added, removed, exchanged, *_of_orders(view), *_of_refunds(view, turned)]
    return pl.concat([p.select(_COLUMNS) for p in parts]).sort("ts", "order", "agreement", "line", "line_type")


def _of_lines(lines: pl.DataFrame, agreement: int, action: str, ts: pl.Expr) -> pl.DataFrame:
    """Sales of whole lines."""
    extra = [c for c in ("return",) if c in lines.columns]
    rows = lines.select(
        "order",
        "store",
        "line",
        "quantity",
        "included",
        "original",
        "net",
        "tax",
        "rate1",
        "rate2",
        "taxed",
        "sku",
        *extra,
        agreement=pl.lit(agreement),
        refund=pl.lit(-1, dtype=pl.Int64),
        ts=ts,
        action=pl.lit(action),
    )
    if not extra:
        rows = rows.with_columns(pl.lit(-1, dtype=pl.Int64).alias("return"))
    return _with_money(rows)


def _with_money(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds line type, total, discounts before and after tax from original, net and tax."""
    included = rows["included"].to_numpy()
    rate = np.where(rows["taxed"].to_numpy(), rows["rate1"].to_numpy() + rows["rate2"].to_numpy(), 0)
    before, after = _discounts(rows["original"].to_numpy() - rows["net"].to_numpy(), rate, included)
    return rows.with_columns(
        line_type=pl.when(pl.col("sku").is_in(list(GIFT_CARDS))).then(pl.lit("GIFT_CARD")).otherwise(pl.lit("PRODUCT")),
        total=pl.col("net") + pl.when("included").then(0).otherwise(pl.col("tax")),
        discount=before,
        discount_taxed=after,
    )


def _discounts(discount: Ints, rate: Ints, included: Flags) -> tuple[Ints, Ints]:
    """A discount without and with tax, from one in the order's price terms; the rate in basis points."""
    ten = np.full_like(rate, 10_000)
    without = np.where(included, share_of(discount, ten, 10_000 + rate), discount)
    taxed = np.where(included, discount, share_of(discount, 10_000 + rate, ten))
    return without, taxed


def _negated(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(-pl.col(c) for c in ("quantity", "total", "discount", "discount_taxed", "tax"))


def _of_orders(view: View) -> list[pl.DataFrame]:
    """Shipping, tips, duties and a region's fees of placed orders."""
    o = view.orders
    none = pl.lit(-1, dtype=pl.Int64)
    zero = pl.lit(0, dtype=pl.Int64)
    common = {
        "agreement": pl.lit(PLACED),
        "refund": none,
        "return": none,
        "action": pl.lit("ORDER"),
        "line": none,
        "quantity": pl.lit(1, dtype=pl.Int64),
    }
    shipped = o.filter("shipped")
    rate = np.where(shipped["shipping_taxed"].to_numpy(), shipped["rate1"].to_numpy() + shipped["rate2"].to_numpy(), 0)
    before, after = _discounts(
        (shipped["shipping_price"] - shipped["shipping_paid"]).to_numpy(), rate, shipped["included"].to_numpy()
    )
    shipping = shipped.with_columns(
        **common,
        line_type=pl.lit("SHIPPING"),
        discount=before,
        discount_taxed=after,
        tax=pl.col("shipping_tax"),
        total=pl.col("shipping_paid") + pl.when("included").then(0).otherwise(pl.col("shipping_tax")),
    )
    charges = [
        o.filter(pl.col(cents) > 0).with_columns(
            **common, line_type=pl.lit(kind), discount=zero, discount_taxed=zero, tax=zero, total=pl.col(cents)
        )
        for kind, cents in (("TIP", "tip"), ("DUTY", "duty"), ("ADDITIONAL_FEE", "delivery_fee"))
    ]
    return [rows.select(_COLUMNS) for rows in (shipping, *charges)]


def _of_refunds(view: View, turned: pl.DataFrame) -> list[pl.DataFrame]:
    """Goods, shipping and charges taken back, fees kept, goodwill given."""
    none, zero = pl.lit(-1, dtype=pl.Int64), pl.lit(0, dtype=pl.Int64)
    rates = view.lines.select("line", "rate1", "rate2", "taxed")
    goods = _negated(
        _with_money(
            view.refund_lines.join(rates, on="line", how="left", maintain_order="left").with_columns(
                agreement=pl.lit(REFUNDED), action=pl.lit("RETURN"), **{"return": none}
            )
        )
    )
    r = view.refunds.with_columns(line=none, quantity=zero, discount=zero, discount_taxed=zero)
    shipping = r.filter("posted").with_columns(
        agreement=pl.lit(REFUNDED),
        action=pl.lit("RETURN"),
        line_type=pl.lit("SHIPPING"),
        quantity=pl.lit(-1, dtype=pl.Int64),
        tax=-pl.col("shipping_tax_back"),
        **{"return": none},
        total=-(pl.col("shipping_back") + pl.when("included").then(0).otherwise(pl.col("shipping_tax_back"))),
    )
    charges = [
        r.filter(pl.col(cents) > 0).with_columns(
            agreement=pl.lit(REFUNDED),
            action=pl.lit("RETURN"),
            line_type=pl.lit(kind),
            quantity=pl.lit(-1, dtype=pl.Int64),
            tax=zero,
            total=-pl.col(cents),
            **{"return": none},
        )
        for kind, cents in (("DUTY", "duty_back"), ("ADDITIONAL_FEE", "delivery_fee_back"))
    ]
    fees = r.filter(pl.col("fees") > 0).with_columns(
        agreement=pl.lit(TURNED),
        action=pl.lit("UPDATE"),
        line_type=pl.lit("FEE"),
        tax=zero,
        total=pl.col("fees"),
        refund=none,
    )
    goodwill = r.filter(pl.col("goodwill") > 0).with_columns(
        agreement=pl.lit(REFUNDED),
        action=pl.lit("UPDATE"),
        line_type=pl.lit("ADJUSTMENT"),
        tax=zero,
        total=-pl.col("goodwill"),
        **{"return": none},
    )
    return [rows.select(_COLUMNS) for rows in (goods, shipping, *charges, fees, goodwill)]


def write_ledger(view: View, merchant: Merchant, rows: pl.DataFrame) -> None:
    """Writes agreements and sales.

    Args:
        rows: :func:`ledger` of the view.
    """
    rows = rows.with_columns(part=pl.max_horizontal("refund", pl.lit(0)))
    rows = rows.with_columns(
        agreement_number=pl.when(pl.col("agreement") == REFUNDED)
        .then(500_000_000_000 + pl.col("part"))
        .otherwise(pl.col("order") * _SLOTS + pl.col("agreement")),
    ).with_columns(nth=pl.int_range(pl.len()).over("agreement_number"))
    _write_agreements(merchant, rows)
    _write_sales(merchant, rows)


def _write_agreements(merchant: Merchant, rows: pl.DataFrame) -> None:
    heads = rows.unique("agreement_number", keep="first", maintain_order=True)
    refund, of_return = heads["refund"].to_numpy(), heads["return"].to_numpy()
    kind = heads["agreement"].to_numpy()
    of_return = np.where(kind == TURNED, of_return, -1)
    merchant.write(
        "shopify",
        "sales_agreements",
        pl.DataFrame(
            {
                "store_id": store_ids(heads["store"].to_numpy()),
                "order_id": order_ids(heads["order"].to_numpy()),
                "id": child_ids("SalesAgreement", heads["agreement_number"].to_numpy()),
                "type": pick(list(AGREEMENTS), kind),
                "reason": pick(["ORDER", "ORDER_EDIT", "REFUND", "RETURN"], kind),
                "refund_id": child_ids("Refund", refund, refund < 0),
                "return_id": child_ids("Return", of_return, of_return < 0),
                "happened_at": instants(heads["ts"].to_numpy()),
            }
        ),
    )


def _write_sales(merchant: Merchant, rows: pl.DataFrame) -> None:
    line = rows["line"].to_numpy()
    shipping = (rows["line_type"] == "SHIPPING").to_numpy()
    merchant.write(
        "shopify",
        "sales",
        pl.DataFrame(
            {
                "store_id": store_ids(rows["store"].to_numpy()),
                "order_id": order_ids(rows["order"].to_numpy()),
                "id": child_ids("Sale", rows["agreement_number"].to_numpy() * 64 + rows["nth"].to_numpy()),
                "agreement_id": child_ids("SalesAgreement", rows["agreement_number"].to_numpy()),
                "action_type": rows["action"],
                "line_type": rows["line_type"],
                "order_line_id": pl.select(
                    pl.when(pl.Series(line >= 0))
                    .then(line_ids(np.maximum(line, 0)))
                    # Shopify sells a tip as a line of its own, which is none of the order's goods.
                    .when(rows["line_type"] == "TIP")
                    .then(child_ids("LineItem", rows["order"].to_numpy()))
                ).to_series(),
                "shipping_line_id": child_ids("ShippingLine", rows["order"].to_numpy(), ~shipping),
                "quantity": rows["quantity"],
                "total_amount": money(rows["total"].to_numpy()),
                "total_discount_before_taxes": money(rows["discount"].to_numpy()),
                "total_discount_after_taxes": money(rows["discount_taxed"].to_numpy()),
                "total_tax": money(rows["tax"].to_numpy()),
            }
        ),
    )
