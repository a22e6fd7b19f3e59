"""Whether a forecast can be true of this shop: by the history's own sums, the last year, and the price of a unit."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from forecasting.config import ENTITY, MONEY, SERIES, UNITS, WEEK, YEAR

ABOVE, BELOW, UNIT_PRICE = "above_history", "below_history", "unit_price"
"""What is wrong with a forecast."""
LAUNCH, LAST_YEAR = "launch", "last_year"
"""Why a forecast may leave what the history has seen."""

SLACK = 0.25
"""Share by which a forecast may leave the range of the past."""
_LAUNCH_FACTOR = 2.0
"""A series that has not seen a year may become so much larger or smaller than its last four weeks."""
_RANGE = (0.01, 0.99)
_GROWTH = (0.5, 2.0)
_LEVEL_DAYS = 4 * WEEK


def judge(sums: pl.DataFrame, panel: pl.DataFrame, horizons: Sequence[int]) -> pl.DataFrame:
    """Judges each candidate of each entity by all sums of all its measures.

    A sum over L days is plausible between the 1 % and the 99 % quantile of the history's L-day sums that ended within
    the last 364 days, each moved by 25 %. It may leave that range for a named cause: ``last_year``, where the same days
    of last year, with and without the growth since, bring it there; ``launch``, where the series has not seen a whole
    year and the sum is between half and twice what its last four weeks come to. Money by units has to be a price
    between the lowest and the highest of such sums, moved by 25 %.

    Args:
        sums: measure, level, series_id, model, horizon_days, mean.
        panel: measure, level, series_id, date, value; dense, up to the day before the first forecast day.
        horizons: the Ls, in days.

    Returns:
        level, series_id, model, implausibility (above_history, below_history, unit_price; null: plausible), named_cause
        (launch, last_year; null where none was needed): one row an entity and model.
    """
    limits = pl.concat(_limits(panel, days) for days in horizons)
    compared = sums.join(limits, on=[*SERIES, "horizon_days"], how="left").with_columns(_sum_findings())
    prices = _price_findings(sums, panel, horizons)
    found = pl.concat([compared.select(*ENTITY, "model", "finding", "cause"), prices])
    return (
        found.sort(*ENTITY, "model", "finding", "cause", nulls_last=True)
        .group_by(*ENTITY, "model", maintain_order=True)
        .agg(
            pl.col("finding").first().alias("implausibility"), pl.col("cause").drop_nulls().first().alias("named_cause")
        )
    )


def best_plausible(ranking: pl.DataFrame, judged: pl.DataFrame) -> pl.DataFrame:
    """The best plausible candidate of each entity.

    Args:
        ranking: level, series_id, model, rank (see :func:`forecasting.methods.selection.ranking`).
        judged: result of :func:`judge`.

    Returns:
        level, series_id, model (null where no candidate is plausible), replaced_model and implausibility (of the
        selected candidate that gave way; null where it stayed), named_cause: one row an entity.
    """
    rows = ranking.join(judged, on=[*ENTITY, "model"], how="left").sort(*ENTITY, "rank")
    plausible = pl.col("implausibility").is_null()
    gave_way = pl.col("implausibility").first().is_not_null()
    return rows.group_by(ENTITY, maintain_order=True).agg(
        pl.col("model").filter(plausible).first(),
        pl.when(gave_way).then(pl.col("model").first()).alias("replaced_model"),
        pl.col("implausibility").first(),
        pl.col("named_cause").filter(plausible).first(),
    )


def _rolling(panel: pl.DataFrame, days: int) -> pl.DataFrame:
    """Sums of ``days`` days that ended within the last 364."""
    sums = panel.sort(*SERIES, "date").with_columns(pl.col("value").rolling_sum(days).over(SERIES).alias("sum"))
    recent = pl.col("date") > pl.col("date").max() - pl.duration(days=YEAR)
    return sums.filter(recent & pl.col("sum").is_not_null()).select(*SERIES, "date", "sum")


def _limits(panel: pl.DataFrame, days: int) -> pl.DataFrame:
    """Range of the year's sums, last year's sum of the days ahead, growth since, the rate of the last four weeks."""
    ago = (pl.col("date").max() - pl.col("date")).dt.total_days()

    def total(first: int, count: int) -> pl.Expr:
        """Sum of ``count`` days up to ``first`` days ago; null where the history does not reach so far."""
        inside = pl.col("value").filter(ago.is_between(first, first + count - 1))
        return pl.when(ago.max() >= first + count - 1).then(inside.sum())

    now, then = total(0, _LEVEL_DAYS), total(YEAR, _LEVEL_DAYS)
    facts = panel.group_by(SERIES, maintain_order=True).agg(
        total(YEAR - days, days).alias("last_year"),
        pl.when(then > 0).then(now / then).clip(*_GROWTH).fill_null(1.0).alias("growth"),
        (ago.max() + 1 < YEAR).alias("is_young"),
        (pl.col("value").filter(ago < _LEVEL_DAYS).mean() * days).alias("at_recent_rate"),
    )
    quantiles = (
        pl.col("sum").quantile(q, interpolation="linear").alias(n) for q, n in zip(_RANGE, ("low", "high"), strict=True)
    )
    ranges = _rolling(panel, days).group_by(SERIES).agg(quantiles)
    return facts.join(ranges, on=SERIES, how="left").with_columns(pl.lit(days, dtype=pl.Int32).alias("horizon_days"))


def _sum_findings() -> list[pl.Expr]:
    # A history shorter than the sum has no range of such sums; its rate speaks for it.
    low = pl.coalesce("low", "at_recent_rate").clip(lower_bound=0) / (1 + SLACK)
    high = pl.coalesce("high", "at_recent_rate").clip(lower_bound=0) * (1 + SLACK)
    growth = (pl.min_horizontal("growth", 1.0), pl.max_horizontal("growth", 1.0))
    as_last_year = pl.col("mean").is_between(
        pl.col("last_year") * growth[0] / (1 + SLACK), pl.col("last_year") * growth[1] * (1 + SLACK)
    )
    as_launched = pl.col("is_young") & pl.col("mean").is_between(
        pl.col("at_recent_rate") / _LAUNCH_FACTOR, pl.col("at_recent_rate") * _LAUNCH_FACTOR
    )
    outside = ~pl.col("mean").is_between(low, high)
    cause = pl.when(outside & as_last_year).then(pl.lit(LAST_YEAR)).when(outside & as_launched).then(pl.lit(LAUNCH))
    direction = pl.when(pl.col("mean") > high).then(pl.lit(ABOVE)).otherwise(pl.lit(BELOW))
    explained = as_last_year.fill_null(False) | as_launched.fill_null(False)
    return [pl.when(outside & ~explained).then(direction).alias("finding"), cause.alias("cause")]


def _price_findings(sums: pl.DataFrame, panel: pl.DataFrame, horizons: Sequence[int]) -> pl.DataFrame:
    priced = pl.concat(
        _by_measure(_rolling(panel, days), ["date"], "sum")
        .filter(pl.col("sold") > 0)
        .group_by(ENTITY)
        .agg(
            (pl.col("paid") / pl.col("sold")).min().alias("low"), (pl.col("paid") / pl.col("sold")).max().alias("high")
        )
        .with_columns(pl.lit(days, dtype=pl.Int32).alias("horizon_days"))
        for days in horizons
    )
    price = pl.col("paid") / pl.col("sold")
    # The price of nothing at all is no finding, that of nothing sold for money is one.
    wrong = ((pl.col("sold") <= 0) & (pl.col("paid") > 0)) | ~price.is_between(
        pl.col("low") / (1 + SLACK), pl.col("high") * (1 + SLACK)
    ) & (pl.col("sold") > 0)
    return (
        _by_measure(sums, ["model", "horizon_days"], "mean")
        .join(priced, on=[*ENTITY, "horizon_days"])
        .select(
            *ENTITY,
            "model",
            pl.when(wrong).then(pl.lit(UNIT_PRICE)).alias("finding"),
            pl.lit(None, dtype=pl.String).alias("cause"),
        )
    )


def _by_measure(rows: pl.DataFrame, by: list[str], amount: str) -> pl.DataFrame:
    """Money and units of the same entity side by side: paid, sold."""
    key = [*ENTITY, *by]
    money, units = (
        rows.filter(pl.col("measure") == measure).select(*key, pl.col(amount).alias(name))
        for measure, name in ((MONEY, "paid"), (UNITS, "sold"))
    )
    return money.join(units, on=key)
