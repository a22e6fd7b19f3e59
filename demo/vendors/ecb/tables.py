"""Reference rates in the bank's shape; the dollar's is that of the demo's world, and no number is the bank's."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from demo.merchant import Merchant
from demo.vendors.ecb.api import NAME
from demo.world.exchange import RATE_SCALE, euro_steps
from demo.world.values import decimals
from demo.world.view import View

_STEADY = {"CHF": 9_400, "DKK": 74_600, "GBP": 8_540}
"""Units for one euro in ten-thousandths."""
_FRIDAY = 5


def write(view: View, merchant: Merchant) -> None:
    """Writes the rates of every working day from the first step of the world's rate on."""
    scenario = view.world.scenario
    steps = euro_steps(scenario).rename({"valid_from": "date"})
    days = pl.date_range(steps["date"][0], scenario.as_of.date(), eager=True).alias("date").to_frame()
    dollars = days.filter(pl.col("date").dt.weekday() <= _FRIDAY).join_asof(steps, on="date")
    rates = pl.concat(
        [
            dollars.with_columns(currency=pl.lit("USD")),
            *(dollars.with_columns(currency=pl.lit(c), rate=pl.lit(r, pl.Int64)) for c, r in _STEADY.items()),
        ]
    )
    scaled = rates["rate"].to_numpy() * (10**10 // RATE_SCALE)
    merchant.write(NAME, "reference_rates", rates.with_columns(rate=decimals(scaled, pa.decimal128(24, 10))))
