"""Sums over the horizon: their quantiles come from the errors of sums, not from summed daily quantiles."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from forecasting.config import SERIES
from forecasting.methods.calibration import QUANTILES, apply_quantiles, error_quantiles

_CLASS = ("measure", "horizon_days")
_POOL = ("horizon_days",)


def horizon_sums(forecasts: pl.DataFrame, amounts: Sequence[str], horizons: Sequence[int]) -> pl.DataFrame:
    """Sums over the first L days ahead of each cutoff, for each L that the forecasts reach.

    Args:
        forecasts: measure, level, series_id, model, cutoff_date, horizon_day, is_closed and ``amounts``; without nulls.
        amounts: columns to sum.
        horizons: the Ls, in days.

    Returns:
        measure, level, series_id, model, cutoff_date, horizon_days, open_days (those not closed) and the sums.
    """
    return pl.concat(
        forecasts.filter(pl.col("horizon_day") <= days)
        .group_by(*SERIES, "model", "cutoff_date", maintain_order=True)
        .agg(
            pl.lit(days, dtype=pl.Int32).alias("horizon_days"),
            (~pl.col("is_closed")).sum().cast(pl.Int32).alias("open_days"),
            pl.col(amounts).sum(),
            pl.len().alias("reach"),
        )
        .filter(pl.col("reach") == days)
        .drop("reach")
        for days in horizons
    )


def sum_spread(errors: pl.DataFrame, horizons: Sequence[int]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """How uncertain sums are: noise of single days, which averages out, and drift of the level, which does not.

    spread² = drift² x sum² + open days x noise². Noise is the standard deviation of a series' daily errors. Drift is
    the share of the sum by which levels move within L days: what of the squared relative errors of its sums noise does
    not explain, by series, and the median of those of a measure. So the scale is multiplicative for large series and
    additive for lumpy ones; the quantiles of the scaled errors make up for what is wrong with either.

    Args:
        errors: backtest errors of one model a series (see :func:`forecasting.methods.backtesting.backtest_errors`).
        horizons: the Ls, in days.

    Returns:
        (measure, level, series_id, noise), (measure, horizon_days, drift).
    """
    wrong = (pl.col("actual") - pl.col("forecast")).filter(~pl.col("is_closed"))
    noise = errors.group_by(SERIES, maintain_order=True).agg(wrong.std(ddof=0).alias("noise"))
    sums = horizon_sums(errors, ["actual", "forecast"], horizons).join(noise, on=SERIES, maintain_order="left")
    unexplained = (pl.col("actual") - pl.col("forecast")).pow(2) - pl.col("open_days") * pl.col("noise").pow(2)
    drift = (
        sums.filter(pl.col("forecast") > 0)
        .group_by(*SERIES, "horizon_days", maintain_order=True)
        .agg((unexplained / pl.col("forecast").pow(2)).mean().clip(lower_bound=0).sqrt().alias("drift"))
        .group_by(_CLASS)
        .agg(pl.col("drift").median())
    )
    return noise, drift


def scaled_sums(sums: pl.DataFrame, noise: pl.DataFrame, drift: pl.DataFrame, amount: str) -> pl.DataFrame:
    """Adds the spread of each sum.

    Args:
        sums: result of :func:`horizon_sums`.
        noise: measure, level, series_id, noise.
        drift: measure, horizon_days, drift.
        amount: the forecast sum's column.

    Returns:
        sums with scale (null where there is no noise or drift to learn from), in the same order.
    """
    spread = (pl.col("drift") * pl.col(amount)).pow(2) + pl.col("open_days") * pl.col("noise").pow(2)
    return (
        sums.join(noise, on=SERIES, how="left", maintain_order="left")
        .join(drift, on=_CLASS, how="left", maintain_order="left")
        .with_columns(spread.sqrt().alias("scale"))
        .drop("noise", "drift")
    )


def cumulative_forecast(future: pl.DataFrame, errors: pl.DataFrame, horizons: Sequence[int]) -> pl.DataFrame:
    """Mean and quantiles of the sum over the first L days, for each L.

    The scaled errors are centred on their median, so that the median of a sum is its mean, the sum of the days' means:
    what sums were off by in the few months of a backtest has mostly one cause for all series and is no rule. No
    quantile falls from one horizon to a longer one, for no day's forecast is below zero.

    Args:
        future: measure, level, series_id, model, cutoff_date, horizon_day, forecast, is_closed: one model a series.
        errors: backtest errors of the same models.
        horizons: the Ls, in days, ascending.

    Returns:
        measure, level, series_id, model, horizon_days, mean, p025 ... p975 (null where the backtest is shorter than L
        or has too few sums).
    """
    noise, drift = sum_spread(errors, horizons)
    scored = _scored(errors, noise, drift, horizons)
    quantiles = error_quantiles(_centred(scored, _CLASS), _CLASS, _POOL)
    sums = scaled_sums(horizon_sums(future, ["forecast"], horizons), noise, drift, "forecast")
    return (
        apply_quantiles(sums.rename({"forecast": "mean"}), quantiles, _CLASS)
        .sort(*SERIES, "horizon_days")
        .with_columns(pl.col(QUANTILES).cum_max().over(SERIES))
        .select(*SERIES, "model", "horizon_days", "mean", *QUANTILES)
    )


def cumulative_coverage(errors: pl.DataFrame, horizons: Sequence[int]) -> pl.DataFrame:
    """How often sums of the backtest fell inside intervals learned from days that theirs do not share.

    For each cutoff the quantiles are learned anew from the cutoffs at least L days away from it (purged
    cross-validation, López de Prado 2018, Advances in Financial Machine Learning, 7.4.1). Noise and drift, which scale
    the errors, and the number of independent scores, which widens the interval, are those of all cutoffs, so that it is
    the published interval that is judged.

    Args:
        errors: backtest errors of one model a series.
        horizons: the Ls, in days.

    Returns:
        measure, horizon_days, coverage_80, coverage_95 (share of sums, over series and cutoffs, inside p10-p90 and
        p025-p975; null where no interval could be learned), coverage_n (sums that had an 80 % interval).
    """
    scored = _scored(errors, *sum_spread(errors, horizons), horizons)
    cutoffs = scored.select(*_CLASS, pl.col("cutoff_date").alias("held_out")).unique()
    distance = (pl.col("cutoff_date") - pl.col("held_out")).dt.total_days().abs()
    by = (*_CLASS, "held_out")
    every = scored.with_columns(pl.col("independence").sum().over(_CLASS).alias("independent"))
    learned = (
        every.join(cutoffs, on=_CLASS, maintain_order="left")
        .filter(distance >= pl.col("horizon_days"))
        .with_columns((pl.col("independent") / pl.len().over(by)).alias("independence"))
    )
    quantiles = error_quantiles(_centred(learned, by), by, by).rename({"held_out": "cutoff_date"})
    inside = scored.join(quantiles, on=[*_CLASS, "cutoff_date"], how="left")
    return inside.group_by(_CLASS).agg(
        pl.col("scaled_error").is_between("p10", "p90").mean().alias("coverage_80"),
        pl.col("scaled_error").is_between("p025", "p975").mean().alias("coverage_95"),
        pl.col("p10").is_not_null().sum().cast(pl.Int32).alias("coverage_n"),
    )


def _scored(errors: pl.DataFrame, noise: pl.DataFrame, drift: pl.DataFrame, horizons: Sequence[int]) -> pl.DataFrame:
    """Scaled errors of sums. Those of a series that share days count for as many as would stand side by side."""
    sums = scaled_sums(horizon_sums(errors, ["actual", "forecast"], horizons), noise, drift, "forecast")
    cutoff = pl.col("cutoff_date")
    reach = (cutoff.max() - cutoff.min()).dt.total_days().over(*SERIES, "horizon_days") / pl.col("horizon_days")
    # Where neither noise nor drift is known, or both are nothing, there is no error to scale.
    return sums.filter(pl.col("scale") > 0).with_columns(
        ((pl.col("actual") - pl.col("forecast")) / pl.col("scale")).alias("scaled_error"),
        ((1 + reach) / pl.len().over(*SERIES, "horizon_days")).clip(upper_bound=1).alias("independence"),
    )


def _centred(scored: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    return scored.with_columns(pl.col("scaled_error") - pl.col("scaled_error").median().over(by))
