"""Targets of the simulated merchant: sales by store, and a merchandise plan that open-to-buy can be worked out from."""

from __future__ import annotations

import polars as pl

from demo.world.catalog import CATEGORIES
from tests.support.simulated import AS_OF, Simulated

MISNAMED = "Outdoor"
PLANNED = {"net_sales", "gross_profit", "markdowns", "shrink_cost", "closing_stock_cost"}


def test_every_month_plans_every_category_whole(simulated: Simulated) -> None:
    plan = simulated.source("files", "targets").filter(~pl.col("scope").is_in(["all", MISNAMED]))
    months = plan["period_start"].unique()
    assert months.max() > AS_OF.date()
    assert plan.height == len(months) * len(CATEGORIES) * len(PLANNED)
    assert set(plan["metric"]) == PLANNED
    assert set(plan["scope"]) == {category.name for category in CATEGORIES}
    assert plan["currency"].unique().to_list() == ["USD"]


def test_plans_are_worth_something(simulated: Simulated) -> None:
    wide = (
        simulated.source("files", "targets")
        .filter(~pl.col("scope").is_in(["all", MISNAMED]))
        .pivot("metric", index=["period_start", "scope"], values="target_value")
    )
    assert wide.filter(pl.col("net_sales") <= 0).is_empty()
    assert wide.filter(~pl.col("gross_profit").is_between(0, pl.col("net_sales"), closed="none")).is_empty()
    assert wide.filter(pl.col("closing_stock_cost") <= 0).is_empty()
