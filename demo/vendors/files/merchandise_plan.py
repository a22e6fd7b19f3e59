"""The merchandise plan: what each category should sell, earn and end the month with, for all stores together."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import numpy as np
import polars as pl

from demo.world.catalog import CATEGORIES, GOODS
from demo.world.exchange import convert
from demo.world.outcomes import ORDERED
from demo.world.values import money
from demo.world.view import View

_MARKDOWN_SHARE = 0.09
"""Of net sales."""
_SHRINK_SHARE = 0.004
"""Of the cost of sales."""
_COVER_DAYS = 75
"""Days of sales that the stock at a month's end should last."""


def merchandise_plan(view: View, months: list[date], growth: dict[int, float]) -> pl.DataFrame:
    """Monthly plan of each category in US dollars, from its mean day so far.

    Args:
        view: the world as far as the merchant knows it.
        months: first days of the months to plan.
        growth: what a day of a month of the year (1-12) is worth in mean days.

    Returns:
        metric (net_sales, gross_profit, markdowns, shrink_cost, closing_stock_cost), period_start, scope (the
        category's name), target_value (dollars): one row per metric, month and category.
    """
    day = _mean_day(view).join(
        pl.DataFrame(
            {
                "period_start": months,
                "sales_days": [monthrange(month.year, month.month)[1] * growth[month.month] for month in months],
                "cover_days": [_COVER_DAYS * growth[month.month % 12 + 1] for month in months],
            }
        ),
        how="cross",
    )
    net, cost = pl.col("net") * pl.col("sales_days"), pl.col("cost") * pl.col("sales_days")
    plan = day.select(
        "scope",
        "period_start",
        net_sales=net,
        gross_profit=net - cost,
        markdowns=net * _MARKDOWN_SHARE,
        shrink_cost=cost * _SHRINK_SHARE,
        closing_stock_cost=pl.col("cost") * pl.col("cover_days"),
    ).unpivot(index=["scope", "period_start"], variable_name="metric", value_name="cents")
    rounded = np.rint(plan["cents"].to_numpy() / 1000).astype(np.int64) * 1000
    return plan.select("metric", "period_start", "scope", money(rounded).alias("target_value"))


def _mean_day(view: View) -> pl.DataFrame:
    """Cents of net sales and of cost of a category's mean day: scope, net, cost."""
    scenario, catalog = view.world.scenario, view.world.catalog
    lines = view.world.events.lines.filter((pl.col("origin") == ORDERED) & (pl.col("sku") < GOODS))
    sku, store, day_of_sale = (lines[c].to_numpy() for c in ("sku", "store", "day"))
    sold = pl.DataFrame(
        {
            "category": catalog.category[sku],
            "net": convert(scenario, lines["net"].to_numpy(), store, 0, day_of_sale),
            "cost": catalog.cost[sku] * lines["quantity"].to_numpy(),
        }
    )
    names = pl.DataFrame({"category": range(len(CATEGORIES)), "scope": [c.name for c in CATEGORIES]})
    return (
        names.join(sold.group_by("category").sum(), on="category", how="left", maintain_order="left")
        .fill_null(0)
        .select("scope", pl.col("net", "cost") / scenario.days)
    )
