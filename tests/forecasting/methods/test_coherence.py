"""What the parts' forecasts leave of the total's is told."""

from __future__ import annotations

import polars as pl

from forecasting.methods.coherence import differences


def test_the_difference_holds_what_a_part_without_a_forecast_will_bring() -> None:
    sums = pl.DataFrame(
        [
            ("units", "total", "total", 30, 6000.0),
            ("units", "channel", "online", 30, 3000.0),
            ("units", "channel", "retail", 30, None),
            ("units", "category", "Shoes", 30, 6100.0),
        ],
        schema=["measure", "level", "series_id", "horizon_days", "mean"],
        orient="row",
    )
    rows = (
        differences(sums)
        .sort("level")
        .select("level", "total_mean", "parts_mean", "difference", "part_count", "parts_without_forecast")
    )
    assert rows.rows() == [
        ("category", 6000.0, 6100.0, -100.0, 1, 0),
        ("channel", 6000.0, 3000.0, 3000.0, 2, 1),
    ]


def test_without_a_total_there_is_no_difference() -> None:
    sums = pl.DataFrame(
        {"measure": ["units"], "level": ["channel"], "series_id": ["web"], "horizon_days": [30], "mean": [8.0]}
    )
    assert differences(sums).select("total_mean", "difference").row(0) == (None, None)
