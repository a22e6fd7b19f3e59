"""What is really true of a simulated merchant, for tests: the pipeline never loads these tables."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl

from demo.vendors.ad_delivery import (
    claimed_views,
    credited_orders,
    dates_of,
    delivered,
    platform_currency,
)
from demo.vendors.files.trade import visible_lines
from demo.vendors.shopify.tables.catalog import local_day, visible_levels
from demo.vendors.shopify.tables.ids import child_ids, customer_ids, order_ids, store_ids
from demo.vendors.tiktok_ads.tables import delivery_by_campaign
from demo.world.ads import CAMPAIGNS
from demo.world.catalog import CATEGORIES, GOODS
from demo.world.charges import coin_rounding
from demo.world.outcomes import ORDERED
from demo.world.refunds import FAILED, SETTLED, SHORT, SLOW
from demo.world.shoppers import PARAMETERS
from demo.world.stores import LOCATIONS, REGIONS, STORES
from demo.world.values import money, pick
from demo.world.view import View

PAST_DAYS = (1, 7, 30, 60)
"""Days before today of which the closing stock is written, besides the stock now."""


def write_truth(view: View, folder: Path, ledger: pl.DataFrame, levels: pl.DataFrame) -> None:
    """Writes ``<folder>/<table>.parquet``.

    Args:
        ledger: sales of the view, in cents.
        levels: stock levels of the view by cell.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "daily_books": daily_books(view, ledger),
        "stock_on_hand": _stock(view, levels),
        "stock_corrections": _corrections(view, levels),
        "ads_daily": _ads(view),
        "elasticities": pl.DataFrame(
            {"category": [c.name for c in CATEGORIES], "elasticity": [c.elasticity for c in CATEGORIES]}
        ),
        "promotions": _promotions(view),
        "customer_process": pl.DataFrame(
            {**asdict(PARAMETERS), "alpha_days": PARAMETERS.alpha * view.world.scenario.days}
        ),
        "customers": _customers(view),
        "campaigns": _campaigns(),
        "suppliers": pl.DataFrame([asdict(s) for s in view.world.suppliers]),
        "anomalies": _anomalies(view),
        "fraud_orders": _fraud(view),
        "foreign_orders": _foreign(view),
        "cash_rounding": _cash_rounding(view),
        "stated_otherwise": stated_otherwise(view),
        "serial_returners": _serial(view),
        "size_problems": _sizes(view),
        "lost_demand": lost_demand(view),
        "trade_books": _trade(view),
    }
    for name, frame in tables.items():
        frame.write_parquet(folder / f"{name}.parquet")


def _local_dates(ts: str, store: pl.Expr) -> pl.Expr:
    instant = (pl.col(ts) * 1_000_000).cast(pl.Datetime("us", "UTC"))
    us, eu = (instant.dt.convert_time_zone(s.timezone).dt.date() for s in STORES)
    return pl.when(store == 0).then(us).otherwise(eu)


def daily_books(view: View, ledger: pl.DataFrame) -> pl.DataFrame:
    """One row per store, basis (order_date or event_date) and date.

    Goods only (no gift cards, shipping, tips), without test orders, net of tax: gross_sales, discounts, returns and
    net_sales = gross_sales - discounts - returns; units ordered and returned. Beside them shipping, tax (of
    everything), tips, duties, delivery fees, fees, adjustments, gift cards; orders by date of order; refunds
    (successful transactions) by the date they happened.
    """
    orders = view.orders.filter(~pl.col("test")).select("order", order_ts="ts")
    rows = ledger.join(orders, on="order", how="inner").with_columns(net=pl.col("total") - pl.col("tax"))
    sums = _sums()
    dated = rows.with_columns(
        order_date=_local_dates("order_ts", pl.col("store")), event_date=_local_dates("ts", pl.col("store"))
    )
    counted, paid = _orders_by_day(view), _refunds_by_day(view)
    parts = []
    for basis in ("order_date", "event_date"):
        by_day = dated.group_by("store", date=basis).agg(**sums)
        joined = by_day.join(counted, on=["store", "date"], how="full", coalesce=True)
        joined = joined.join(paid, on=["store", "date"], how="full", coalesce=True)
        parts.append(
            joined.with_columns(basis=pl.lit(basis)).with_columns(pl.exclude("store", "date", "basis").fill_null(0))
        )
    books = pl.concat(parts).sort("store", "basis", "date")
    amounts = [
        c for c in books.columns if c not in ("store", "date", "basis", "orders", "units_ordered", "units_returned")
    ]
    return books.select(
        store_ids(books["store"].to_numpy()).alias("store_id"),
        "basis",
        "date",
        "orders",
        "units_ordered",
        "units_returned",
        *(money(books[c].to_numpy()).alias(c) for c in amounts),
    )


def _sums() -> dict[str, pl.Expr]:
    goods, back = pl.col("line_type") == "PRODUCT", pl.col("action") == "RETURN"
    return {
        "units_ordered": pl.col("quantity").filter(goods & ~back).sum(),
        "units_returned": -pl.col("quantity").filter(goods & back).sum(),
        "gross_sales": (pl.col("net") + pl.col("discount")).filter(goods & ~back).sum(),
        "discounts": pl.col("discount").filter(goods & ~back).sum(),
        "returns": -pl.col("net").filter(goods & back).sum(),
        "net_sales": pl.col("net").filter(goods).sum(),
        "tax": pl.col("tax").sum(),
        **{
            name: pl.col("net").filter(pl.col("line_type") == kind).sum()
            for name, kind in (
                ("shipping", "SHIPPING"),
                ("tips", "TIP"),
                ("duties", "DUTY"),
                ("delivery_fees", "ADDITIONAL_FEE"),
                ("fees", "FEE"),
                ("adjustments", "ADJUSTMENT"),
                ("gift_cards", "GIFT_CARD"),
            )
        },
    }


def _orders_by_day(view: View) -> pl.DataFrame:
    counted = view.orders.filter(~pl.col("test")).with_columns(date=_local_dates("ts", pl.col("store")))
    return counted.group_by("store", "date").agg(orders=pl.len().cast(pl.Int64))


def _refunds_by_day(view: View) -> pl.DataFrame:
    paid = view.payments.filter((pl.col("kind") == "REFUND") & (pl.col("status") == "SUCCESS"))
    dated = paid.with_columns(date=_local_dates("ts", pl.col("store")))
    return dated.group_by("store", "date").agg(refunds=pl.col("amount").sum())


def _stock(view: View, levels: pl.DataFrame) -> pl.DataFrame:
    """On hand by location and SKU: now (date of today), and at the end of some past days."""
    visible = visible_levels(view).with_columns(cell=pl.col("location") * GOODS + pl.col("sku"))
    today = local_day(view)
    frames = [
        visible.join(levels.select("cell", "on_hand"), on="cell", how="left").with_columns(
            day=pl.Series(today)[visible["store"]].cast(pl.Int64)
        )
    ]
    history = view.world.stock.on_hand
    for back in (days for days in PAST_DAYS if days <= np.min(today)):
        day = today[visible["store"].to_numpy()] - back
        frames.append(visible.with_columns(on_hand=history[day, visible["cell"].to_numpy()].astype(np.int64), day=day))
    rows = pl.concat([f.select("store", "location", "sku", "day", "on_hand") for f in frames])
    return pl.DataFrame(
        {
            "store_id": store_ids(rows["store"].to_numpy()),
            "location": pick([x.name for x in LOCATIONS], rows["location"].to_numpy()),
            "sku": view.world.catalog.skus[rows["sku"].to_numpy()],
            "date": dates_of(view, rows["day"]),
            "on_hand": rows["on_hand"],
        }
    )


def _corrections(view: View, levels: pl.DataFrame) -> pl.DataFrame:
    """Units by location and SKU that the shop holds fewer than moved and counted stock comes to, and since when."""
    rows = visible_levels(view).with_columns(cell=pl.col("location") * GOODS + pl.col("sku"))
    rows = rows.join(levels.filter(pl.col("corrected") > 0), on="cell", how="inner", maintain_order="left")
    return pl.DataFrame(
        {
            "store_id": store_ids(rows["store"].to_numpy()),
            "location": pick([x.name for x in LOCATIONS], rows["location"].to_numpy()),
            "sku": view.world.catalog.skus[rows["sku"].to_numpy()],
            "since": dates_of(view, rows["corrected_day"]),
            "units": rows["corrected"],
        }
    )


def _ads(view: View) -> pl.DataFrame:
    """One row per platform, campaign and account day: delivery, and orders caused, followed and claimed."""
    frames = []
    of_leaf = view.world.delivery.leaf_campaign
    for platform, name in enumerate(("meta_ads", "google_ads")):
        base = (
            delivered(view, platform)
            .group_by("campaign", "day")
            .agg(pl.col("impressions").sum(), pl.col("clicks").sum(), pl.col("spend").sum())
        )
        orders = credited_orders(view, platform)
        orders = (
            orders.with_columns(campaign=of_leaf[orders["leaf"].to_numpy()])
            .group_by("campaign", "day")
            .agg(orders_after_click=pl.len().cast(pl.Int64), caused_orders=pl.col("caused").sum().cast(pl.Int64))
        )
        views = claimed_views(view, platform)
        views = (
            views.with_columns(campaign=of_leaf[views["leaf"].to_numpy()])
            .group_by("campaign", "day")
            .agg(claimed_views=pl.col("claims").sum())
        )
        joined = (
            base.join(orders, on=["campaign", "day"], how="full", coalesce=True)
            .join(views, on=["campaign", "day"], how="full", coalesce=True)
            .with_columns(pl.exclude("campaign", "day").fill_null(0))
            .sort("day", "campaign")
        )
        frames.append(
            joined.select(
                pl.lit(name).alias("platform"),
                pick([c.name for c in CAMPAIGNS], joined["campaign"].to_numpy()).alias("campaign"),
                dates_of(view, joined["day"]).alias("account_date"),
                "impressions",
                "clicks",
                money(joined["spend"].to_numpy()).alias("spend"),
                pl.lit(platform_currency(platform)).alias("currency"),
                "orders_after_click",
                "caused_orders",
                "claimed_views",
            )
        )
    return pl.concat([*frames, delivery_by_campaign(view).select(frames[0].columns)], how="vertical_relaxed")


def _promotions(view: View) -> pl.DataFrame:
    names = [c.name for c in CATEGORIES]
    return pl.DataFrame(
        [
            {
                "code": p.code,
                "name": p.name,
                "category": None if p.category < 0 else names[p.category],
                "discount_rate": p.rate_percent / 100,
                "true_lift": p.lift,
                "starts_on": p.starts,
                "ends_on": p.ends,
            }
            for p in view.world.promotions
        ],
        schema={
            "code": pl.String,
            "name": pl.String,
            "category": pl.String,
            "discount_rate": pl.Float64,
            "true_lift": pl.Float64,
            "starts_on": pl.Date,
            "ends_on": pl.Date,
        },
    )


def _customers(view: View) -> pl.DataFrame:
    """Parameters that each account was drawn with; rates per day of operational time."""
    c = view.world.shoppers.customers
    campaigns = [x.name for x in CAMPAIGNS]
    return pl.DataFrame(
        {
            "store_id": store_ids(c.store),
            "customer_id": customer_ids(np.arange(len(c.store))),
            "purchase_rate_per_day": c.rate / view.world.scenario.days,
            "dropout_probability": c.dropout,
            "value_rate": c.value,
            "is_company": c.company,
            "is_serial_returner": c.serial_returner,
            "acquired_by_campaign": pick(campaigns, c.acquired_by),
        }
    )


def _campaigns() -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "platform": ("meta_ads", "google_ads")[c.platform],
                "campaign": c.name,
                "utm_campaign": c.utm_campaign,
                "store_id": STORES[c.store].store_id,
                "incrementality": c.incrementality,
                "conversion_rate": c.conversion_rate,
                "view_claims_per_click_order": c.view_claim,
            }
            for c in CAMPAIGNS
        ]
    )


def _anomalies(view: View) -> pl.DataFrame:
    scenario = view.world.scenario
    found = [a for a in view.world.demand.anomalies if a.day <= local_day(view)[a.store]]
    return pl.DataFrame(
        [
            {
                "store_id": STORES[a.store].store_id,
                "date": scenario.first_day + timedelta(a.day),
                "kind": a.kind,
                "factor": a.factor,
            }
            for a in found
        ],
        schema={"store_id": pl.String, "date": pl.Date, "kind": pl.String, "factor": pl.Float64},
    )


def _fraud(view: View) -> pl.DataFrame:
    rows = view.orders.filter("fraud")
    return pl.DataFrame(
        {"store_id": store_ids(rows["store"].to_numpy()), "order_id": order_ids(rows["order"].to_numpy())}
    )


def stated_otherwise(view: View) -> pl.DataFrame:
    """What the shop states of an order or a refund that is not the sum of its parts.

    One row per order, refund (null where it is about the order) and cause, with the amount by which the parts exceed it
    (stated money that has not moved counts as moved). Test orders are left out.
    """
    fates = {FAILED: "refund_failed", SHORT: "kept_back", SLOW: "refund_pending"}
    refunds = view.refunds.filter((pl.col("fate") != SETTLED) & ~_is_done(view))
    orders = view.orders.filter((pl.col("rounding") != 0) & ~pl.col("test"))
    fully_back = view.refunds.filter(
        (pl.col("rounding_back") != 0) & (pl.col("amount") != pl.col("due") + pl.col("balance"))
    )
    rows = pl.concat(
        [
            refunds.select(
                "store",
                "order",
                "refund",
                cause=pl.col("fate").replace_strict(fates, return_dtype=pl.String),
                cents=pl.when(pl.col("fate") == SHORT).then("short").otherwise("amount"),
            ),
            orders.select(
                "store",
                "order",
                refund=pl.lit(-1, pl.Int64),
                cause=pl.lit("presentment_rounding"),
                cents=-pl.col("rounding"),
            ),
            fully_back.select(
                "store", "order", "refund", cause=pl.lit("presentment_rounding"), cents=-pl.col("rounding_back")
            ),
        ]
    )
    refund = rows["refund"].to_numpy()
    return pl.DataFrame(
        {
            "store_id": store_ids(rows["store"].to_numpy()),
            "order_id": order_ids(rows["order"].to_numpy()),
            "refund_id": child_ids("Refund", refund, refund < 0),
            "cause": rows["cause"],
            "amount": money(rows["cents"].to_numpy()),
        }
    )


def _foreign(view: View) -> pl.DataFrame:
    """Orders paid in a customer's own currency: what its rounding adds to the total, and what of that went back."""
    abroad = np.array([r.currency is not None for r in REGIONS])[view.orders["region"].to_numpy()]
    rows = view.orders.filter(pl.Series(abroad))
    return pl.DataFrame(
        {
            "store_id": store_ids(rows["store"].to_numpy()),
            "order_id": order_ids(rows["order"].to_numpy()),
            "rounding": money(rows["rounding"].to_numpy()),
            "rounding_back": money(rows["rounding_refunded"].to_numpy()),
        }
    )


def _cash_rounding(view: View) -> pl.DataFrame:
    """What rounding cash to coins has left in the till, by order that was paid or paid back in cash; no test orders."""
    cash = view.payments.filter((pl.col("gateway") == "cash") & (pl.col("status") == "SUCCESS") & ~pl.col("test"))
    rounding = coin_rounding(view.world.scenario, cash["amount"].to_numpy(), cash["ts"].to_numpy())
    sign = pl.when(pl.col("kind") == "REFUND").then(-1).otherwise(1)
    rows = cash.with_columns(cents=pl.Series(rounding) * sign).group_by("store", "order").agg(pl.col("cents").sum())
    rows = rows.sort("order")
    return pl.DataFrame(
        {
            "store_id": store_ids(rows["store"].to_numpy()),
            "order_id": order_ids(rows["order"].to_numpy()),
            "rounding": money(rows["cents"].to_numpy()),
        }
    )


def _is_done(view: View) -> pl.Expr:
    return (pl.col("fate") == SLOW) & (pl.col("settled_ts") <= view.now)


def _serial(view: View) -> pl.DataFrame:
    c = view.world.shoppers.customers
    index = np.flatnonzero(c.serial_returner)
    return pl.DataFrame({"store_id": store_ids(c.store[index]), "customer_id": customer_ids(index)})


def _sizes(view: View) -> pl.DataFrame:
    catalog = view.world.catalog
    sku = np.flatnonzero(catalog.size_problem)
    return pl.DataFrame(
        {
            "sku": catalog.skus[sku],
            "title": catalog.frame["title"][sku],
            "runs": np.where(catalog.product[sku] % 2 == 0, "small", "large"),
        }
    )


def _trade(view: View) -> pl.DataFrame:
    """The trade business's books by day: what is not a draft, as the last mailing has it; credit notes are negative.

    Columns: date, documents, units, net_sales, tax, credited (net of credit notes, positive), doubled_lines.
    """
    lines = visible_lines(view).filter(pl.col("final") & ~pl.col("draft"))
    credit = pl.col("kind") == "credit"
    sign = pl.when(credit).then(-1).otherwise(1)
    by_day = (
        lines.with_columns(copy=pl.int_range(pl.len()).over("document", "sku", "service", "quantity", "unit_cents"))
        .group_by("day")
        .agg(
            documents=pl.col("document").n_unique().cast(pl.Int64),
            units=(pl.col("quantity") * sign).sum(),
            net_sales=(pl.col("net") * sign).sum(),
            tax=(pl.col("tax") * sign).sum(),
            credited=pl.col("net").filter(credit).sum(),
            doubled_lines=(pl.col("copy") > 0).sum().cast(pl.Int64),
        )
        .sort("day")
    )
    amounts = ("net_sales", "tax", "credited")
    return by_day.select(
        dates_of(view, by_day["day"]).alias("date"),
        "documents",
        "units",
        "doubled_lines",
        *(money(by_day[name].to_numpy()).alias(name) for name in amounts),
    )


def lost_demand(view: View) -> pl.DataFrame:
    """Units that shoppers wanted and stock could not give: one row per store, location, SKU and local date."""
    lines = view.world.plans.lines.with_columns(accepted=pl.Series(view.world.stock.accepted))
    lost = (
        lines.filter(
            ~pl.col("accepted") & (pl.col("origin") == ORDERED) & (pl.col("sku") < GOODS) & (pl.col("ts") <= view.now)
        )
        .group_by("store", "location", "sku", "day")
        .agg(units=pl.col("quantity").sum())
        .sort("day", "location", "sku")
    )
    return pl.DataFrame(
        {
            "store_id": store_ids(lost["store"].to_numpy()),
            "location": pick([x.name for x in LOCATIONS], lost["location"].to_numpy()),
            "sku": view.world.catalog.skus[lost["sku"].to_numpy()],
            "date": dates_of(view, lost["day"]),
            "units": lost["units"],
        }
    )
