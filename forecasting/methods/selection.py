"""Which model speaks for an entity: its class's champion, unless the entity has good reason to differ."""

from __future__ import annotations

import polars as pl

from forecasting.config import ENTITY, SERIES
from forecasting.methods.models import BASELINE


def losses(errors: pl.DataFrame) -> pl.DataFrame:
    """Root mean squared scaled error plus absolute scaled bias, per entity, model and cutoff.

    Absolute errors reward too low a forecast where most days are zero, for their median is zero; squared ones are least
    at the mean (Gneiting 2011, JASA 106(494)), and the bias is what a sum over the horizon is wrong by. Losses are the
    mean over the entity's measures, because one model speaks for all of them.

    Args:
        errors: measure, level, series_id, model, cutoff_date, scaled_error (error / seasonal scale).

    Returns:
        level, series_id, model, cutoff_date, loss; nothing of a model that a measure of the entity lacks.
    """
    by_series = errors.group_by(*SERIES, "model", "cutoff_date", maintain_order=True).agg(
        (pl.col("scaled_error").pow(2).mean().sqrt() + pl.col("scaled_error").mean().abs()).alias("loss")
    )
    measures = pl.col("measure").n_unique()
    return (
        by_series.with_columns(measures.over(ENTITY).alias("measures"))
        .group_by(*ENTITY, "model", "cutoff_date", maintain_order=True)
        .agg(pl.col("loss").mean(), (measures == pl.col("measures").first()).alias("complete"))
        .filter("complete")
        .drop("complete")
    )


def ranking(loss: pl.DataFrame, classes: pl.DataFrame, switch_gain: float) -> pl.DataFrame:
    """Orders the candidates of each entity, the selected one first.

    Losses are averaged over cutoffs before any comparison: picking per cutoff rewards luck. The class's champion
    (lowest mean loss over the class's entities that it could be fitted to; for the others the next) is the default; an
    entity takes another model only where that one's mean loss is lower by ``switch_gain`` and it wins in most cutoffs.
    The rest follow by mean loss. SeasonalNaive is always a candidate, and takes ties: a model must earn its place.

    Args:
        loss: level, series_id, model, cutoff_date, loss; no row of a model for an entity that it failed on.
        classes: level, series_id, demand_class: entities whose champion is chosen together.
        switch_gain: share, 0-1.

    Returns:
        level, series_id, model, rank (1: selected): one row an entity and model.
    """
    mean = loss.group_by(*ENTITY, "model", maintain_order=True).agg(pl.col("loss").mean().alias("mean_loss"))
    champion = _champions(mean.join(classes, on=ENTITY, how="left", maintain_order="left"))
    selected = champion.join(_challengers(loss, champion, switch_gain), on=ENTITY, how="left").select(
        *ENTITY, pl.coalesce("challenger", "champion").alias("selected")
    )
    first = (pl.col("model") != pl.col("selected"), pl.col("mean_loss"), pl.col("model") != BASELINE, pl.col("model"))
    return (
        mean.join(selected, on=ENTITY)
        .sort(*ENTITY, *first)
        .select(*ENTITY, "model", pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over(ENTITY).alias("rank"))
    )


def _challengers(loss: pl.DataFrame, champion: pl.DataFrame, switch_gain: float) -> pl.DataFrame:
    """The best of those that beat the champion clearly and in most cutoffs."""
    of_champion = loss.join(champion, on=ENTITY).filter(pl.col("model") == pl.col("champion"))
    against = loss.join(
        of_champion.select(*ENTITY, "cutoff_date", pl.col("loss").alias("champion_loss")),
        on=[*ENTITY, "cutoff_date"],
        maintain_order="left",
    )
    return (
        against.group_by(*ENTITY, "model", maintain_order=True)
        .agg(
            pl.col("loss").mean().alias("mean_loss"),
            pl.col("champion_loss").mean(),
            (pl.col("loss") < pl.col("champion_loss")).mean().alias("share_won"),
        )
        .filter((pl.col("mean_loss") < (1 - switch_gain) * pl.col("champion_loss")) & (pl.col("share_won") > 0.5))
        .sort("mean_loss", "model")
        .group_by(ENTITY, maintain_order=True)
        .first()
        .select(*ENTITY, pl.col("model").alias("challenger"))
    )


def _champions(mean: pl.DataFrame) -> pl.DataFrame:
    """The best model of its class that each entity could be fitted with."""
    by_class = pl.col("mean_loss").mean().over("demand_class", "model")
    return (
        mean.sort(by_class, pl.col("model") != BASELINE, pl.col("model"))
        .group_by(ENTITY, maintain_order=True)
        .first()
        .select(*ENTITY, pl.col("model").alias("champion"))
    )
