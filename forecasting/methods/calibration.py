"""Intervals from what went wrong before: quantiles of pooled, scaled out-of-sample errors.

Three windows of one series are far too few scores for an 80 % interval, so errors are divided by the series' own
scale and pooled over the series of a level and the days of a horizon bucket (split conformal prediction,
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
    """Quantiles of scaled errors per group, borrowed from the wider pool where a group has too few scores for them.

    Args:
        errors: the ``by`` columns and scaled_error ((actual - forecast) / scale).
        by: columns of a group.
        pooled_by: the subset of ``by`` that names the wider pool.

    Returns:
        the ``by`` columns and one column a quantile (p025 ... p975), in units of the scale; null where the pool has too
        few scores as well.
    """
    own = errors.group_by(by).agg(pl.len().alias("own_scores"), *_quantiles("own_"))
    pool = errors.group_by(pooled_by).agg(pl.len().alias("pool_scores"), *_quantiles("pool_"))
    return own.join(pool, on=pooled_by).select(*by, *(_own_or_pooled(q) for q in QUANTILES))


def apply_quantiles(forecasts: pl.DataFrame, quantiles: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    """Turns scaled error quantiles into quantiles of the forecast quantity; below zero becomes zero.

    Args:
        forecasts: the ``by`` columns, mean and scale.
        quantiles: result of :func:`error_quantiles`.
        by: join columns.

    Returns:
        forecasts with p025 ... p975, in the same order.
    """
    joined = forecasts.join(quantiles, on=by, how="left", maintain_order="left")
    return joined.with_columns(
        (pl.col("mean") + pl.col("scale") * pl.col(q)).clip(lower_bound=0).alias(q) for q in QUANTILES
    )


def _own_or_pooled(quantile: str) -> pl.Expr:
    enough = SCORES_INSIDE if 0.1 <= QUANTILE_LEVELS[quantile] <= 0.9 else SCORES_OUTSIDE
    own = pl.when(pl.col("own_scores") >= enough).then(f"own_{quantile}")
    return own.when(pl.col("pool_scores") >= enough).then(f"pool_{quantile}").alias(quantile)


def _quantiles(prefix: str) -> list[pl.Expr]:
    return [
        pl.col("scaled_error").quantile(level, interpolation="linear").alias(prefix + name)
        for name, level in QUANTILE_LEVELS.items()
    ]
