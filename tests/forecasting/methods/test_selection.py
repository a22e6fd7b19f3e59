"""Selection: the level's champion, unless a series has good reason to differ."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from forecasting.methods.models import BASELINE
from forecasting.methods.selection import losses, select

_FIRST_CUTOFF = date(2026, 6, 1)
SWITCH_GAIN = 0.05


def _loss(series: dict[str, dict[str, list[float]]]) -> pl.DataFrame:
    """Losses by series, model and cutoff, from ``{series: {model: [loss of each cutoff]}}``."""
    return pl.DataFrame(
        [
            ("units", "channel", series_id, model, _FIRST_CUTOFF + timedelta(days=n), loss)
            for series_id, models in series.items()
            for model, by_cutoff in models.items()
            for n, loss in enumerate(by_cutoff)
        ],
        schema=["measure", "level", "series_id", "model", "cutoff_date", "loss"],
        orient="row",
    )


def _selected(series: dict[str, dict[str, list[float]]]) -> dict[str, str]:
    return dict(select(_loss(series), SWITCH_GAIN).select("series_id", "model").rows())


def test_losses_are_mean_absolute_scaled_errors_per_cutoff() -> None:
    errors = pl.DataFrame(
        {
            "measure": ["units"] * 3,
            "level": ["total"] * 3,
            "series_id": ["all"] * 3,
            "model": ["AutoETS"] * 3,
            "cutoff_date": [_FIRST_CUTOFF, _FIRST_CUTOFF, _FIRST_CUTOFF + timedelta(days=1)],
            "scaled_error": [-1.0, 2.0, 0.25],
        }
    )
    assert losses(errors).sort("cutoff_date")["loss"].to_list() == [1.5, 0.25]


def test_every_series_takes_the_levels_champion_by_default() -> None:
    """AutoETS has the lowest mean over both series; web's own best is lower by less than five per cent."""
    web = {BASELINE: [1.2, 1.2, 1.2], "AutoETS": [1.0, 1.0, 1.0], "MSTL": [0.96, 0.96, 0.96]}
    pos = {BASELINE: [1.2, 1.2, 1.2], "AutoETS": [0.8, 0.8, 0.8], "MSTL": [1.5, 1.5, 1.5]}
    assert _selected({"web": web, "pos": pos}) == {"web": "AutoETS", "pos": "AutoETS"}


def test_a_series_leaves_the_champion_for_a_clear_gain_in_most_cutoffs() -> None:
    web = {BASELINE: [1.2, 1.2, 1.2], "AutoETS": [1.0, 1.0, 1.0], "MSTL": [0.9, 0.9, 1.01]}
    pos = {BASELINE: [1.2, 1.2, 1.2], "AutoETS": [0.8, 0.8, 0.8], "MSTL": [1.5, 1.5, 1.5]}
    assert _selected({"web": web, "pos": pos}) == {"web": "MSTL", "pos": "AutoETS"}


def test_one_lucky_cutoff_is_no_reason_to_switch() -> None:
    """MSTL's mean is far lower, but it won one cutoff of three."""
    web = {"AutoETS": [1.0, 1.0, 1.0], "MSTL": [0.1, 1.01, 1.01]}
    pos = {"AutoETS": [0.8, 0.8, 0.8], "MSTL": [1.5, 1.5, 1.5]}
    assert _selected({"web": web, "pos": pos})["web"] == "AutoETS"


def test_a_series_that_the_champion_could_not_be_fitted_to_takes_the_levels_next() -> None:
    web = {BASELINE: [1.2, 1.2], "AutoETS": [1.0, 1.0], "MSTL": [0.5, 0.5]}
    pos = {BASELINE: [1.2, 1.2], "AutoETS": [1.0, 1.0]}
    assert _selected({"web": web, "pos": pos}) == {"web": "MSTL", "pos": "AutoETS"}


def test_ties_go_to_the_baseline() -> None:
    assert _selected({"web": {"AutoETS": [1.0, 1.0], BASELINE: [1.0, 1.0]}}) == {"web": BASELINE}
