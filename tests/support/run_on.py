"""A simulated shop forecast at a date, and what it went on to sell."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from datetime import time as clock

import numpy as np
import polars as pl

from demo.defaults import DEFAULT_SCALE
from demo.truth import _local_dates
from demo.vendors.shopify.tables.ledger import ledger
from demo.world.catalog import CATEGORIES, GOODS
from demo.world.exchange import RATE_SCALE, euro_by_day
from demo.world.scenario import Scenario
from demo.world.shoppers import B2B, MARKETPLACE, POS, WEB
from demo.world.stores import STORES
from demo.world.view import look_at
from demo.world.world import build_world
from forecasting.config import MONEY, SERIES, UNITS, ForecastConfig
from forecasting.methods.holiday_calendar import countries_of
from forecasting.tasks.sales import ForecastResult, run_forecast

_CHANNELS = {WEB: "online_store", POS: "retail", MARKETPLACE: "marketplace", B2B: "b2b"}


def true_series(seed: int, first_day: date, last_day: date) -> pl.DataFrame:
    """Net sales in US dollars and net units of a simulated shop, as ``forecasting.series_sales_daily`` has them.

    Args:
        seed: which world, of the demo's size.
        first_day: first simulated date.
        last_day: last date that is over.

    Returns:
        measure, level, series_id, date, value.
    """
    end = datetime.combine(last_day + timedelta(days=1), clock(12), UTC)
    scenario = Scenario(DEFAULT_SCALE, (end.date() - first_day).days + 1, seed, end, end)
    world = build_world(scenario, lambda what, rows: None)
    view = look_at(world)
    rates = pl.DataFrame({"rate": euro_by_day(scenario) / RATE_SCALE}).with_columns(
        pl.Series("date", [first_day + timedelta(days=n) for n in range(scenario.horizon)])
    )
    orders = view.orders.filter(~pl.col("test")).select(
        "order", pl.col("source").replace_strict(_CHANNELS).alias("channel")
    )
    names = np.array([category.name for category in CATEGORIES])
    index = np.asarray(world.catalog.category)
    categories = [str(names[index[sku]]) if sku < GOODS else "Service" for sku in range(len(index))]
    lines = view.lines.select("line", pl.col("sku").replace_strict(dict(enumerate(categories))).alias("category"))
    dollars = pl.when(pl.col("store") == [s.currency for s in STORES].index("EUR")).then(pl.col("rate")).otherwise(1.0)
    sold = (
        ledger(view)
        .filter(pl.col("line_type") == "PRODUCT")
        .join(orders, on="order")
        .join(lines, on="line")
        .with_columns(_local_dates("ts", pl.col("store")).alias("date"))
        .filter(pl.col("date") <= last_day)
        .join(rates, on="date")
        .with_columns(
            ((pl.col("total") - pl.col("tax")) / 100 * dollars).alias(MONEY),
            pl.col("quantity").cast(pl.Float64).alias(UNITS),
        )
    )
    levels = {"total": pl.lit("total"), "channel": pl.col("channel"), "category": pl.col("category")}
    return pl.concat(
        sold.group_by(of.alias("series_id"), "date")
        .agg(pl.col(MONEY, UNITS).sum())
        .with_columns(pl.lit(level).alias("level"))
        .unpivot([MONEY, UNITS], index=["level", "series_id", "date"], variable_name="measure")
        .select(*SERIES, "date", "value")
        for level, of in levels.items()
    ).sort(*SERIES, "date")


def forecast_at(history: pl.DataFrame, last_complete_date: date) -> ForecastResult:
    """The published forecast of a day: nothing later is known to it."""
    return run_forecast(
        history.filter(pl.col("date") <= last_complete_date),
        as_of=datetime.combine(last_complete_date + timedelta(days=1), clock(12), UTC),
        last_complete_date=last_complete_date,
        config=ForecastConfig(),
        countries=countries_of(store.timezone for store in STORES),
    )


def with_truth(sums: pl.DataFrame, history: pl.DataFrame, last_complete_date: date) -> pl.DataFrame:
    """Adds to ``fct_forecast_cumulative`` what came in those days (truth; 0 where nothing was sold)."""
    horizon = (pl.col("date") - pl.lit(last_complete_date)).dt.total_days()
    came = pl.concat(
        history.filter(horizon.is_between(1, days))
        .group_by(SERIES)
        .agg(pl.col("value").sum().alias("truth"), pl.lit(days, dtype=pl.Int32).alias("horizon_days"))
        for days in sums["horizon_days"].unique().to_list()
    )
    return sums.join(came, on=[*SERIES, "horizon_days"], how="left").with_columns(pl.col("truth").fill_null(0.0))
