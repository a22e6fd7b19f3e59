"""Spreadsheets of the buyers: products and costs, suppliers, purchase orders, receipts, landed costs."""

from __future__ import annotations

import numpy as np
import polars as pl

from demo.vendors.ad_delivery import dates_of
from demo.vendors.shopify.tables.catalog import local_day
from demo.vendors.shopify.tables.ids import store_ids
from demo.vendors.shopify.tables.levels import visible_receipts
from demo.world.catalog import BRANDS, CATEGORIES, GOODS
from demo.world.exchange import euro_by_day
from demo.world.inventory import ARRIVAL_SECOND
from demo.world.scenario import Ints
from demo.world.stores import LOCATIONS
from demo.world.values import money, pick, wall_times
from demo.world.view import View

COST_DRIFT_PER_YEAR = 0.05


def tables(view: View) -> dict[str, pl.DataFrame]:
    """Frames by template."""
    orders = visible_purchase_orders(view)
    return {
        "products": _products(view),
        "suppliers": _suppliers(view),
        "purchase_orders": _purchase_orders(view, orders),
        "purchase_order_lines": _lines(view, orders),
        "purchase_order_receipts": _receipts(view),
        "landed_costs": _landed_costs(view, orders),
    }


def po_names(number: pl.Series) -> pl.Series:
    """Purchase order numbers as the merchant writes them."""
    return pl.select(pl.format("PO-{}", number.cast(pl.String).str.zfill(5))).to_series()


def visible_purchase_orders(view: View) -> pl.DataFrame:
    """Purchase orders placed by yesterday: po, store, supplier, day, expected, value (cents of the dollar)."""
    stock = view.world.stock
    value = stock.order_lines.group_by("po").agg(
        value=(pl.col("quantity") * pl.col("cost")).sum(), units=pl.col("quantity").sum()
    )
    placed = stock.orders.filter(pl.col("day") < pl.Series(local_day(view)[stock.orders["store"].to_numpy()]))
    return placed.join(value, on="po", how="left", maintain_order="left")


def _products(view: View) -> pl.DataFrame:
    """Costs hold from before the world or the launch, and from each New Year with a price rise."""
    catalog, scenario = view.world.catalog, view.world.scenario
    today = int(np.max(local_day(view)))
    years = [d for d, date in enumerate(scenario.dates) if (date.month, date.day) == (1, 1) and d <= today]
    starts = [
        np.where(catalog.launch[:GOODS] >= 0, catalog.launch[:GOODS] - 60, -40),
        *(np.full(GOODS, d) for d in years),
    ]
    rows = []
    for number, start in enumerate(starts):
        sku = np.arange(GOODS)
        known = (catalog.launch[sku] - 60 <= today) if number == 0 else (catalog.launch[sku] < start)
        rows.append(pl.DataFrame({"sku": sku[known], "day": start[known]}))
    many = pl.concat(rows).sort("sku", "day")
    sku, day = many["sku"].to_numpy(), many["day"].to_numpy()
    cost = np.rint(catalog.cost[sku] * (1 + COST_DRIFT_PER_YEAR * np.maximum(day, 0) / 365.25)).astype(np.int64)
    frame = catalog.frame[sku]
    ended = catalog.discontinued[sku]
    return pl.DataFrame(
        {
            "sku": frame["sku"],
            "valid_from": dates_of(view, many["day"]),
            "name": frame["title"],
            "category": pick([c.name for c in CATEGORIES], catalog.category[sku]),
            "subcategory": frame["noun"],
            "brand": pick(list(BRANDS), catalog.brand[sku]),
            "supplier_id": pick([s.supplier_id for s in view.world.suppliers], catalog.supplier[sku]),
            "unit_cost": money(cost),
            "currency": ["USD"] * many.height,
            "case_pack": catalog.case_pack[sku],
            "minimum_order_quantity": catalog.case_pack[sku],
            "launched_on": dates_of(view, pl.Series(np.where(catalog.launch[sku] >= 0, catalog.launch[sku], -40))),
            "discontinued_on": pl.select(
                pl.when(pl.Series(ended <= today)).then(dates_of(view, pl.Series(np.minimum(ended, scenario.horizon))))
            ).to_series(),
        }
    )


def _suppliers(view: View) -> pl.DataFrame:
    """Every supplier but the newest, whom nobody has written down yet."""
    s = view.world.suppliers[:-1]
    return pl.DataFrame(
        {
            "supplier_id": [x.supplier_id for x in s],
            "name": [x.name for x in s],
            "country_code": [x.country for x in s],
            "currency": [x.currency for x in s],
            "agreed_lead_time_days": [x.agreed_days for x in s],
            "payment_terms": [x.terms for x in s],
            "contact_email": [f"orders@{x.supplier_id.lower()}.example.com" for x in s],
        }
    )


def _in_supplier_currency(view: View, cents: Ints, supplier: Ints, day: Ints) -> Ints:
    """Dollars as the supplier's currency at the day's rate."""
    euro = np.array([s.currency == "EUR" for s in view.world.suppliers])[supplier]
    rate = euro_by_day(view.world.scenario)[np.maximum(day, 0)]
    converted: Ints = np.where(euro, (2 * cents * 10_000 + rate) // (2 * rate), cents)
    return converted


def _purchase_orders(view: View, orders: pl.DataFrame) -> pl.DataFrame:
    received = visible_receipts(view).group_by("po").agg(pl.col("received").sum())
    rows = orders.join(received, on="po", how="left", maintain_order="left")
    supplier, store = rows["supplier"].to_numpy(), rows["store"].to_numpy()
    return rows.select(
        purchase_order_id=po_names(rows["po"]),
        supplier_id=pick([s.supplier_id for s in view.world.suppliers], supplier),
        store_id=store_ids(store),
        location=pick([x.name for x in LOCATIONS], store * 2),
        ordered_on=dates_of(view, rows["day"]),
        expected_on=dates_of(view, rows["expected"]),
        status=pl.when(pl.col("cancelled") == 1)
        .then(pl.lit("cancelled"))
        .when(pl.col("received").is_null())
        .then(pl.lit("open"))
        .when(pl.col("received") < pl.col("units"))
        .then(pl.lit("partially_received"))
        .otherwise(pl.lit("received")),
        currency=pick([s.currency for s in view.world.suppliers], supplier),
    )


def _lines(view: View, orders: pl.DataFrame) -> pl.DataFrame:
    rows = view.world.stock.order_lines.join(
        orders.select("po", "supplier", "day"), on="po", how="inner", maintain_order="left"
    )
    cost = _in_supplier_currency(view, rows["cost"].to_numpy(), rows["supplier"].to_numpy(), rows["day"].to_numpy())
    return pl.DataFrame(
        {
            "purchase_order_id": po_names(rows["po"]),
            "line_number": rows["line"],
            "sku": view.world.catalog.skus[rows["sku"].to_numpy()],
            "ordered_quantity": rows["quantity"],
            "unit_cost": money(cost),
        }
    )


def _receipts(view: View) -> pl.DataFrame:
    rows = visible_receipts(view)
    at = view.world.scenario.naive(
        rows["store"].to_numpy(), rows["day"].to_numpy(), np.full(rows.height, ARRIVAL_SECOND)
    )
    return rows.select(
        receipt_id=pl.format("RC-{}-{}", pl.col("po").cast(pl.String).str.zfill(5), pl.col("sequence") + 1),
        purchase_order_id=po_names(rows["po"]),
        line_number="line",
        received_at=wall_times(at),
        received_quantity="received",
        rejected_quantity="rejected",
    )


def _landed_costs(view: View, orders: pl.DataFrame) -> pl.DataFrame:
    """Freight on every delivered order, duty where goods cross a customs border."""
    arrived = visible_receipts(view).group_by("po").agg(arrived=pl.col("day").min())
    rows = orders.join(arrived, on="po", how="inner", maintain_order="left")
    supplier, value, units = (rows[c].to_numpy() for c in ("supplier", "value", "units"))
    abroad = np.array([s.country in ("CN", "VN", "IN", "TR", "MX") for s in view.world.suppliers])[supplier]
    parts = []
    for kind, cents in (
        ("freight", 4_500 + units * 35 + value // 40),
        ("duty", np.where(abroad, value * 6 // 100, 0)),
        ("insurance", np.where(abroad, value // 250, 0)),
    ):
        parts.append(rows.select("po", "arrived", kind=pl.lit(kind), cents=pl.Series(cents)))
    many = pl.concat(parts).filter(pl.col("cents") > 0).sort("po", "kind")
    return many.select(
        landed_cost_id=pl.format("LC-{}-{}", pl.col("po").cast(pl.String).str.zfill(5), "kind"),
        purchase_order_id=po_names(many["po"]),
        cost_type="kind",
        amount=money(many["cents"].to_numpy()),
        currency=pl.lit("USD"),
        incurred_on=dates_of(view, many["arrived"]),
    )
