"""Intervals from what went wrong before: quantiles of pooled, scaled out-of-sample errors.

Three windows of one series are far too few scores for an 80 % interval, so errors are divided by the series' own
scale and pooled over the series of a class and the days of a horizon bucket (split conformal prediction,
Vovk et al. 2005, on scaled residuals).
"""

from __future__ import annotations

import polars as pl

from forecasting.config import QUANTILE_LEVELS, horizon_bucket_starts

QUANTILES = tuple(QUANTILE_LEVELS)

SCORES_INSIDE = 20
"""Scores that a quantile of the 80 % interval or inside it needs."""
SCORES_OUTSIDE = 100
"""Scores that a quantile further out needs: one of 95 % is the 2nd or 3rd of a hundred, and a guess with fewer."""


def with_bucket(frame: pl.DataFrame, horizon_day: str = "horizon_day") -> pl.DataFrame:
    """Adds ``horizon_bucket`` (its first day, Int32) to rows with a horizon day."""
    bucket = pl.lit(1)
    for start in horizon_bucket_starts():
        bucket = pl.when(pl.col(horizon_day) >= start).then(start).otherwise(bucket)
    return frame.with_columns(bucket.cast(pl.Int32).alias("horizon_bucket"))


def error_quantiles(errors: pl.DataFrame, by: tuple[str, ...], pooled_by: tuple[str, ...]) -> pl.DataFrame:
    """Quantiles of scaled errors per group, or of the wider pool where a group has too few scores for all of them.

    All quantiles of a group are of one set of scores, so they are in order whatever the sets are. Of ``n`` independent
    scores the level ``q`` above the median is read at q (n + 1) / n, those below it likewise from the other end, which
    is what makes a conformal interval cover as it says with few scores (Lei et al. 2018, JASA 113(523)).

    Args:
        errors: the ``by`` columns, scaled_error ((actual - forecast) / scale) and independence: what a score counts for
            in ``n``, 1 where no other is of the same days, less where they overlap.
        by: columns of a group.
        pooled_by: the subset of ``by`` that names the wider pool.

    Returns:
        the ``by`` columns and one column a quantile (p025 ... p975), in units of the scale; null where the scores are
        too few.
    """
    own = errors.group_by(by).agg(pl.len().alias("own_scores"), *_quantiles("own_"))
    pool = errors.group_by(pooled_by).agg(pl.len().alias("pool_scores"), *_quantiles("pool_"))
    own_speaks = (pl.col("own_scores") >= SCORES_OUTSIDE) | (pl.col("own_scores") == pl.col("pool_scores"))
    scores = pl.when(own_speaks).then("own_scores").otherwise("pool_scores")
    return own.join(pool, on=pooled_by).select(
        *by,
        *(
            pl.when(scores >= _needed(q)).then(pl.when(own_speaks).then(f"own_{q}").otherwise(f"pool_{q}")).alias(q)
            for q in QUANTILES
        ),
    )


def apply_quantiles(forecasts: pl.DataFrame, quantiles: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    """Turns scaled error quantiles into quantiles of the forecast quantity; below zero becomes zero.

    Args:
        forecasts: the ``by`` columns, mean, scale (zero where there is nothing to be uncertain of).
        quantiles: result of :func:`error_quantiles`.
        by: join columns.

    Returns:
        forecasts with p025 ... p975, in the same order.
    """
    joined = forecasts.join(quantiles, on=by, how="left", maintain_order="left")
    moved = (
        pl.when(pl.col("scale") == 0).then("mean").otherwise(pl.col("mean") + pl.col("scale") * pl.col(q)).alias(q)
        for q in QUANTILES
    )
    return joined.with_columns(moved).with_columns(pl.col(QUANTILES).clip(lower_bound=0))


def _needed(quantile: str) -> int:
    return SCORES_INSIDE if 0.1 <= QUANTILE_LEVELS[quantile] <= 0.9 else SCORES_OUTSIDE


def _quantiles(prefix: str) -> list[pl.Expr]:
    return [_quantile(level).alias(prefix + name) for name, level in QUANTILE_LEVELS.items()]


def _quantile(level: float) -> pl.Expr:
    """Linear between scores, at the level that the number of independent ones asks for."""
    widened = 1 + 1 / pl.col("independence").sum()
    tail = (max(level, 1 - level) * widened).clip(upper_bound=1)
    at = (tail if level > 0.5 else 1 - tail if level < 0.5 else pl.lit(level)) * (pl.len() - 1)
    scores = pl.col("scaled_error").sort()
    below, above = (scores.get(index.cast(pl.UInt32)) for index in (at.floor(), at.ceil()))
    return below + (above - below) * (at - at.floor())
