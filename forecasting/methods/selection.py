"""Which model speaks for a series: the level's champion, unless the series has good reason to differ."""

from __future__ import annotations

import polars as pl

from forecasting.config import SERIES
from forecasting.methods.models import BASELINE


def losses(errors: pl.DataFrame) -> pl.DataFrame:
    """Mean absolute scaled error per series, model and cutoff.

    Args:
        errors: measure, level, series_id, model, cutoff_date, scaled_error (error / seasonal scale).

    Returns:
        measure, level, series_id, model, cutoff_date, loss.
    """
    return errors.group_by(*SERIES, "model", "cutoff_date").agg(pl.col("scaled_error").abs().mean().alias("loss"))


def select(loss: pl.DataFrame, switch_gain: float) -> pl.DataFrame:
    """Picks one model a series.

    Losses are averaged over cutoffs before any comparison: picking per cutoff rewards luck. The level's champion
    (lowest mean loss over the level's series that it could be fitted to; for the others the next) is the default; a
    series takes another model only where that one's mean loss is lower by ``switch_gain`` and it wins in most cutoffs.
    SeasonalNaive is always a candidate.

    Args:
        loss: measure, level, series_id, model, cutoff_date, loss; no row of a model for a series that it failed on.
        switch_gain: share, 0-1.

    Returns:
        measure, level, series_id, model: one row a series.
    """
    mean = loss.group_by(*SERIES, "model").agg(pl.col("loss").mean().alias("mean_loss"))
    champion = _champions(mean)
    of_champion = loss.join(champion, on=SERIES).filter(pl.col("model") == pl.col("champion"))
    against = loss.join(
        of_champion.select(*SERIES, "cutoff_date", pl.col("loss").alias("champion_loss")), on=[*SERIES, "cutoff_date"]
    )
    challenger = (
        against.group_by(*SERIES, "model")
        .agg(
            pl.col("loss").mean().alias("mean_loss"),
            pl.col("champion_loss").mean().alias("champion_loss"),
            (pl.col("loss") < pl.col("champion_loss")).mean().alias("share_won"),
        )
        .filter((pl.col("mean_loss") < (1 - switch_gain) * pl.col("champion_loss")) & (pl.col("share_won") > 0.5))
        .sort("mean_loss", "model")
        .group_by(SERIES, maintain_order=True)
        .first()
        .select(*SERIES, pl.col("model").alias("challenger"))
    )
    return (
        champion.join(challenger, on=SERIES, how="left")
        .select(*SERIES, pl.coalesce("challenger", "champion").alias("model"))
        .sort(SERIES)
    )


def _champions(mean: pl.DataFrame) -> pl.DataFrame:
    """The best model of its level that each series could be fitted with."""
    by_level = pl.col("mean_loss").mean().over("measure", "level", "model")
    # Ties go to the baseline: a model must earn its place.
    return (
        mean.sort(by_level, pl.col("model") != BASELINE, pl.col("model"))
        .group_by(SERIES, maintain_order=True)
        .first()
        .select(*SERIES, pl.col("model").alias("champion"))
    )
