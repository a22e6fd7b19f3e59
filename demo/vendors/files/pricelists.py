"""Spreadsheets of pricing: price lists, competitors, promotions, exchange rates."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from demo.vendors.ad_delivery import dates_of
from demo.vendors.shopify.tables.catalog import local_day
from demo.vendors.shopify.tables.ids import store_ids
from demo.world.catalog import CATEGORIES, GOODS
from demo.world.exchange import euro_steps
from demo.world.pricing import CLEARANCE_DAYS, CLEARANCE_RATE, competitor_prices, price_changes
from demo.world.stores import STORES
from demo.world.values import decimals, money, pick
from demo.world.view import View

PLANNED_AHEAD_DAYS = 30
"""Promotions are in the plan this long before they start."""


def tables(view: View) -> dict[str, pl.DataFrame]:
    """Frames by template."""
    return {
        "price_lists": _price_lists(view),
        "competitor_prices": _competitors(view),
        "promotions": _promotions(view),
        "exchange_rates": _exchange_rates(view),
    }


def _price_lists(view: View) -> pl.DataFrame:
    world = view.world
    rows = price_changes(world.prices, world.catalog, np.minimum(local_day(view), world.scenario.days - 1))
    store, compare = rows["store"].to_numpy(), rows["compare_at"].to_numpy()
    return rows.select(
        store_id=store_ids(store),
        sku=world.catalog.skus[rows["sku"].to_numpy()],
        valid_from=dates_of(view, rows["day"]),
        price=money(rows["price"].to_numpy()),
        compare_at_price=money(compare, compare == 0),
        currency=pick([s.currency for s in STORES], store),
    )


def _competitors(view: View) -> pl.DataFrame:
    world = view.world
    rows = competitor_prices(world.scenario, world.catalog, world.prices).filter(
        pl.col("day") <= int(local_day(view)[0])
    )
    sku = world.catalog.skus[rows["sku"].to_numpy()]
    return rows.select(
        "competitor",
        "in_stock",
        sku=sku,
        observed_on=dates_of(view, rows["day"]),
        price=money(rows["cents"].to_numpy()),
        currency=pl.lit("USD"),
        url=pl.format(
            "https://{}.example.com/{}", pl.col("competitor").str.to_lowercase().str.replace_all(" ", "-"), sku
        ),
    )


def _promotions(view: View) -> pl.DataFrame:
    scenario = view.world.scenario
    today = int(np.min(local_day(view)))
    names = [c.name for c in CATEGORIES]
    rows: list[tuple[object, ...]] = []
    for promotion in view.world.promotions:
        first, _ = promotion.window(scenario)
        if first > today + PLANNED_AHEAD_DAYS:
            continue
        for shop in STORES:
            rows.append(
                (
                    f"{promotion.code}-{shop.store_id}",
                    shop.store_id,
                    promotion.name,
                    "percentage",
                    promotion.code,
                    promotion.rate_percent / 100,
                    None if promotion.category < 0 else names[promotion.category],
                    None,
                    promotion.starts,
                    promotion.ends,
                )
            )
    for number, cut in enumerate(view.world.prices.cuts):
        if cut.first <= today + PLANNED_AHEAD_DAYS:
            rows.append(
                (
                    f"CUT-{number + 1:03d}",
                    STORES[cut.store].store_id,
                    f"{names[cut.category]} price cut",
                    "price_cut",
                    None,
                    cut.rate,
                    names[cut.category],
                    None,
                    scenario.dates[cut.first],
                    scenario.dates[cut.last],
                )
            )
    rows += _clearances(view, today)
    return pl.DataFrame(
        rows,
        schema={
            "promotion_id": pl.String,
            "store_id": pl.String,
            "name": pl.String,
            "promotion_type": pl.String,
            "discount_code": pl.String,
            "discount_rate": pl.Float64,
            "category": pl.String,
            "sku": pl.String,
            "starts_on": pl.Date,
            "ends_on": pl.Date,
        },
        orient="row",
    )


def _clearances(view: View, today: int) -> list[tuple[object, ...]]:
    """The last weeks of each discontinued article, in both stores."""
    catalog, scenario = view.world.catalog, view.world.scenario
    ended = catalog.discontinued[:GOODS]
    known = np.flatnonzero((ended < scenario.days) & (ended - CLEARANCE_DAYS <= today + PLANNED_AHEAD_DAYS))
    return [
        (
            f"CLEAR-{catalog.skus[sku]}-{shop.store_id}",
            shop.store_id,
            f"{catalog.skus[sku]} clearance",
            "price_cut",
            None,
            CLEARANCE_RATE,
            CATEGORIES[catalog.category[sku]].name,
            catalog.skus[sku],
            scenario.dates[max(int(ended[sku]) - CLEARANCE_DAYS, 0)],
            scenario.dates[int(ended[sku]) - 1],
        )
        for sku in known.tolist()
        for shop in STORES
    ]


def _exchange_rates(view: View) -> pl.DataFrame:
    steps = euro_steps(view.world.scenario).filter(pl.col("valid_from") <= view.world.scenario.as_of.date())
    return steps.select(
        "valid_from",
        from_currency=pl.lit("EUR"),
        to_currency=pl.lit("USD"),
        rate=decimals(steps["rate"].to_numpy() * 1_000_000, pa.decimal128(24, 10)),
    )
