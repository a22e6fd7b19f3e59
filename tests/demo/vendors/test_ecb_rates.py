"""The bank of the demo states the dollar of the merchant's own file of rates, so that either gives the same figures."""

from __future__ import annotations

import polars as pl

from tests.support.simulated import AS_OF, Simulated


def test_the_bank_states_the_merchants_dollar_on_every_working_day(simulated: Simulated) -> None:
    rates = (
        simulated.merchant.frame("ecb", "reference_rates").filter(pl.col("currency") == "USD").sort("date").collect()
    )
    assert set(rates["date"].dt.weekday()) == {1, 2, 3, 4, 5}
    assert rates["date"].max() <= AS_OF.date()  # type: ignore[operator]
    file = pl.read_csv(simulated.merchant.folder / "files" / "exchange_rates.csv", try_parse_dates=True)
    stated = file.select(date="valid_from", of_file="rate").sort("date")
    both = rates.join_asof(stated, on="date")
    assert both["rate"].cast(pl.Float64).equals(both["of_file"].cast(pl.Float64))
