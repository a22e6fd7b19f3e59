"""What is charged beside goods, shipping and tax: customs duty, fees of a region, and a customer's own currency."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from demo.world.catalog import Catalog
from demo.world.exchange import RATE_SCALE, canadian_by_day
from demo.world.outcomes import ORDERED
from demo.world.scenario import Ints, Scenario
from demo.world.situations import DELIVERY_FEE_CENTS, DUTIABLE_CATEGORIES
from demo.world.stores import REGIONS
from demo.world.values import share_of


def add_charges(
    scenario: Scenario, catalog: Catalog, orders: pl.DataFrame, lines: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Duty of each line and order, and the fee on deliveries.

    An order that will be edited has none: customs are declared when it leaves, and its value is not known before.

    Args:
        orders: with region, edit, day, shipped.
        lines: with order, origin, sku, net in cents.

    Returns:
        orders with duty and delivery_fee in cents, and lines with duty in cents.
    """
    rate = np.array([r.duty for r in REGIONS])[orders["region"].to_numpy()]
    dutied = orders.select("order", duty_rate=np.where(orders["edit"].to_numpy() == 0, rate, 0))
    lines = lines.join(dutied, on="order", how="left", maintain_order="left")
    dutiable = np.isin(catalog.category[lines["sku"].to_numpy()], DUTIABLE_CATEGORIES)
    dutiable &= lines["origin"].to_numpy() == ORDERED
    basis_points = np.where(dutiable, lines["duty_rate"].to_numpy(), 0)
    duty = share_of(lines["net"].to_numpy(), basis_points, np.full(lines.height, 10_000))
    lines = lines.drop("duty_rate").with_columns(duty=duty)
    by_order = lines.group_by("order").agg(pl.col("duty").sum())
    orders = orders.join(by_order, on="order", how="left", maintain_order="left")
    return orders.with_columns(delivery_fee=_delivery_fee(scenario, orders)), lines


def _delivery_fee(scenario: Scenario, orders: pl.DataFrame) -> Ints:
    """Cents that a region takes of each delivery, by the order's day."""
    due = np.array([r.delivery_fee for r in REGIONS])[orders["region"].to_numpy()] & orders["shipped"].to_numpy()
    starts = np.array([(date(year, 7, 1) - scenario.first_day).days for year, _ in DELIVERY_FEE_CENTS])
    cents = np.array([fee for _, fee in DELIVERY_FEE_CENTS])
    step = np.searchsorted(starts, orders["day"].to_numpy(), side="right") - 1
    return np.where(due, cents[np.maximum(step, 0)], 0)


def presented(scenario: Scenario, orders: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """What customers who pay in a currency of their own are asked for, and the cents that its rounding leaves.

    Each amount is shown rounded in the customer's currency; their sum is what is paid, and the shop's total is that sum
    turned back: it can be cents off the sum of the shop's own amounts.

    Args:
        orders: with order, region, day and beside (cents of what is no line).
        lines: with order, payable (cents) of the lines as first ordered.

    Returns:
        one row per order: order, rate (ten-thousandths of the customer's currency for one of the shop's),
        rounding (cents that the shop's total is off by; 0 where the customer pays in the shop's currency).
    """
    foreign = np.array([r.currency is not None for r in REGIONS])[orders["region"].to_numpy()]
    day = np.clip(orders["day"].to_numpy(), 0, scenario.horizon - 1)
    rate = np.where(foreign, canadian_by_day(scenario)[day], RATE_SCALE)
    rated = orders.select("order", "beside", rate=rate)
    shown = lines.join(rated.select("order", "rate"), on="order", how="left", maintain_order="left")
    shown = shown.with_columns(
        shown=share_of(shown["payable"].to_numpy(), shown["rate"].to_numpy(), np.full(shown.height, RATE_SCALE))
    )
    sums = shown.group_by("order").agg(pl.col("shown").sum(), pl.col("payable").sum())
    rated = rated.join(sums, on="order", how="left", maintain_order="left").with_columns(
        pl.col("shown", "payable").fill_null(0)
    )
    beside, by_order = rated["beside"].to_numpy(), rated["rate"].to_numpy()
    asked = rated["shown"].to_numpy() + share_of(beside, by_order, np.full(rated.height, RATE_SCALE))
    total = share_of(asked, np.full(rated.height, RATE_SCALE), by_order)
    return rated.select("order", "rate", rounding=total - rated["payable"].to_numpy() - beside)
