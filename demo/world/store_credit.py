"""Money that went back as credit of the store, and the later purchase that it pays for."""

from __future__ import annotations

import polars as pl

from demo.world.refunds import STORE_CREDIT
from demo.world.scenario import NEVER
from demo.world.shoppers import WEB


def with_store_credit(orders: pl.DataFrame, refunds: pl.DataFrame) -> pl.DataFrame:
    """Orders with ``credit``: cents of the first payment that the customer makes with what an earlier refund gave.

    It goes into the next purchase that the customer makes and keeps, as far as it reaches; a rest stays unspent. An
    order that is paid from two sources is refunded to both, so only orders of which nothing comes back are chosen.

    Args:
        orders: with customer, source, ts and original_total in cents.
        refunds: with order, ts, gateway and amount in cents.
    """
    given = (
        refunds.filter((pl.col("gateway") == STORE_CREDIT) & (pl.col("amount") > 0))
        .join(orders.select("order", "customer"), on="order", how="left", maintain_order="left")
        .filter(pl.col("customer") >= 0)
        .select("customer", "amount", given_ts="ts")
        .sort("given_ts")
    )
    kept = (
        orders.filter(
            (pl.col("customer") >= 0)
            & (pl.col("source") == WEB)
            & (pl.col("cancelled_ts") >= NEVER)
            & (pl.col("original_total") > 0)
            & ~(pl.col("reserved") | pl.col("gift_card_tender") | pl.col("test"))
        )
        .join(refunds.select("order"), on="order", how="anti", maintain_order="left")
        .select("customer", "order", "original_total", ordered_ts="ts")
        .sort("ordered_ts")
    )
    spent = given.join_asof(
        kept,
        left_on="given_ts",
        right_on="ordered_ts",
        by="customer",
        strategy="forward",
        allow_exact_matches=False,
        check_sortedness=False,
    ).drop_nulls("order")
    credit = spent.group_by("order").agg(
        credit=pl.min_horizontal(pl.col("amount").sum(), pl.col("original_total").first())
    )
    return orders.join(credit, on="order", how="left", maintain_order="left").with_columns(
        pl.col("credit").fill_null(0)
    )
