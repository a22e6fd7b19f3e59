"""Selection: the class's champion, unless an entity has good reason to differ."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from forecasting.methods.models import BASELINE
from forecasting.methods.selection import losses, ranking

_FIRST_CUTOFF = date(2026, 6, 1)
SWITCH_GAIN = 0.05


def _loss(entities: dict[str, dict[str, list[float]]]) -> pl.DataFrame:
    """Losses by entity, model and cutoff, from ``{entity: {model: [loss of each cutoff]}}``."""
    return pl.DataFrame(
        [
            ("channel", series_id, model, _FIRST_CUTOFF + timedelta(days=n), loss)
            for series_id, models in entities.items()
            for model, by_cutoff in models.items()
            for n, loss in enumerate(by_cutoff)
        ],
        schema=["level", "series_id", "model", "cutoff_date", "loss"],
        orient="row",
    )


def _ranked(
    entities: dict[str, dict[str, list[float]]], classes: dict[str, str | None] | None = None
) -> dict[str, list[str]]:
    of_class = pl.DataFrame(
        [("channel", name, (classes or {}).get(name, "smooth")) for name in entities],
        schema=["level", "series_id", "demand_class"],
        orient="row",
    )
    rows = ranking(_loss(entities), of_class, SWITCH_GAIN).sort("series_id", "rank")
    return {name: group["model"].to_list() for (name,), group in rows.group_by("series_id", maintain_order=True)}


def _selected(
    entities: dict[str, dict[str, list[float]]], classes: dict[str, str | None] | None = None
) -> dict[str, str]:
    return {name: models[0] for name, models in _ranked(entities, classes).items()}


def _errors(rows: list[tuple[str, str, float]]) -> pl.DataFrame:
    """Scaled errors of one cutoff, from (measure, model, error)."""
    return pl.DataFrame(rows, schema=["measure", "model", "scaled_error"], orient="row").with_columns(
        pl.lit("channel").alias("level"), pl.lit("b2b").alias("series_id"), pl.lit(_FIRST_CUTOFF).alias("cutoff_date")
    )


def test_losses_are_root_mean_squares_and_bias_over_the_measures() -> None:
    """Units: root of (1 + 49) / 2 is 5, bias (-1 + 7) / 2 is 3; money: 1 and 1. Together (8 + 2) / 2."""
    rows = [("units", "TSB", -1.0), ("units", "TSB", 7.0), ("money", "TSB", 1.0), ("money", "TSB", 1.0)]
    assert losses(_errors(rows))["loss"].to_list() == [pytest.approx(5.0)]


def test_a_model_that_one_measure_lacks_has_no_loss() -> None:
    rows = [("units", "TSB", 1.0), ("money", "TSB", 1.0), ("units", "ADIDA", 0.0)]
    assert losses(_errors(rows))["model"].to_list() == ["TSB"]


def test_forecasting_nothing_loses_to_the_mean_where_most_days_are_zero() -> None:
    """One order of 70 in seven days: nothing has the smaller mean absolute error (10, the mean's is 17.1)."""
    week = [70.0, 0, 0, 0, 0, 0, 0]
    rows = [
        ("units", model, actual - forecast) for model, forecast in (("nothing", 0.0), ("mean", 10.0)) for actual in week
    ]
    absolute = _errors(rows).group_by("model").agg(pl.col("scaled_error").abs().mean()).rows()
    assert dict(absolute)["nothing"] < dict(absolute)["mean"]
    loss = dict(losses(_errors(rows)).select("model", "loss").rows())
    assert loss["mean"] < loss["nothing"]


def test_every_entity_takes_its_classs_champion_by_default() -> None:
    """AutoETS has the lowest mean over both; web's own best is lower by less than five per cent."""
    web = {BASELINE: [1.2, 1.2, 1.2], "AutoETS": [1.0, 1.0, 1.0], "MSTL": [0.96, 0.96, 0.96]}
    pos = {BASELINE: [1.2, 1.2, 1.2], "AutoETS": [0.8, 0.8, 0.8], "MSTL": [1.5, 1.5, 1.5]}
    assert _selected({"web": web, "pos": pos}) == {"web": "AutoETS", "pos": "AutoETS"}


def test_champions_of_other_classes_have_no_say() -> None:
    web = {"AutoETS": [1.0, 1.0, 1.0], "MSTL": [0.96, 0.96, 0.96]}
    b2b = {"AutoETS": [0.1, 0.1, 0.1], "MSTL": [1.5, 1.5, 1.5]}
    assert _selected({"web": web, "b2b": b2b}, {"b2b": "lumpy"}) == {"web": "MSTL", "b2b": "AutoETS"}
    assert _selected({"web": web, "b2b": b2b})["web"] == "AutoETS"


def test_an_entity_leaves_the_champion_for_a_clear_gain_in_most_cutoffs() -> None:
    web = {BASELINE: [1.2, 1.2, 1.2], "AutoETS": [1.0, 1.0, 1.0], "MSTL": [0.9, 0.9, 1.01]}
    pos = {BASELINE: [1.2, 1.2, 1.2], "AutoETS": [0.8, 0.8, 0.8], "MSTL": [1.5, 1.5, 1.5]}
    assert _selected({"web": web, "pos": pos}) == {"web": "MSTL", "pos": "AutoETS"}


def test_one_lucky_cutoff_is_no_reason_to_switch() -> None:
    """MSTL's mean is far lower, but it won one cutoff of three."""
    web = {"AutoETS": [1.0, 1.0, 1.0], "MSTL": [0.1, 1.01, 1.01]}
    pos = {"AutoETS": [0.8, 0.8, 0.8], "MSTL": [1.5, 1.5, 1.5]}
    assert _selected({"web": web, "pos": pos})["web"] == "AutoETS"


def test_an_entity_that_the_champion_could_not_be_fitted_to_takes_the_classs_next() -> None:
    web = {BASELINE: [1.2, 1.2], "AutoETS": [1.0, 1.0], "MSTL": [0.5, 0.5]}
    pos = {BASELINE: [1.2, 1.2], "AutoETS": [1.0, 1.0]}
    assert _selected({"web": web, "pos": pos}) == {"web": "MSTL", "pos": "AutoETS"}


def test_the_selected_one_is_first_and_the_rest_follow_by_loss() -> None:
    web = {BASELINE: [1.2, 1.2], "AutoETS": [1.0, 1.0], "MSTL": [0.97, 0.97], "TSB": [1.1, 1.1]}
    pos = {BASELINE: [1.2, 1.2], "AutoETS": [0.8, 0.8], "MSTL": [1.5, 1.5], "TSB": [1.6, 1.6]}
    assert _ranked({"web": web, "pos": pos})["web"] == ["AutoETS", "MSTL", "TSB", BASELINE]


def test_ties_go_to_the_baseline() -> None:
    assert _ranked({"web": {"AutoETS": [1.0, 1.0], BASELINE: [1.0, 1.0]}})["web"] == [BASELINE, "AutoETS"]


def test_a_class_that_is_not_known_is_a_class_of_its_own() -> None:
    assert _selected({"web": {"AutoETS": [0.5, 0.5], BASELINE: [1.0, 1.0]}}, {"web": None}) == {"web": "AutoETS"}
