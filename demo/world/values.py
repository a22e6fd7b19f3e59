"""From integers of the simulation to the exact types of the contract."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from demo.world.scenario import NEVER, Flags, Ints
from shophouse.tables import MONEY


def money(cents: Ints, missing: Flags | None = None) -> pl.Series:
    """DECIMAL(18, 6) of whole cents, without passing through floats.

    Args:
        cents: amounts in hundredths of the currency's unit.
        missing: true where the amount is null.
    """
    return decimals(cents * 10_000, MONEY, missing)


def decimals(unscaled: Ints, kind: pa.Decimal128Type, missing: Flags | None = None) -> pl.Series:
    """A decimal column from its unscaled 64-bit integers (the value times 10 to the power of the scale)."""
    words = np.empty((len(unscaled), 2), dtype=np.int64)
    words[:, 0] = unscaled
    words[:, 1] = unscaled >> 63
    validity = None if missing is None else pa.py_buffer(np.packbits(~missing, bitorder="little").tobytes())
    array = pa.Array.from_buffers(kind, len(unscaled), [validity, pa.py_buffer(words.tobytes())])
    series = pl.from_arrow(array)
    assert isinstance(series, pl.Series)
    return series


def instants(seconds: Ints) -> pl.Series:
    """UTC instants of seconds since the epoch; ``NEVER`` becomes null."""
    return wall_times(seconds).dt.replace_time_zone("UTC")


def wall_times(seconds: Ints) -> pl.Series:
    """Times without zone of seconds since the epoch; ``NEVER`` becomes null."""
    series = pl.Series(np.where(seconds >= NEVER, 0, seconds) * 1_000_000)
    times = series.cast(pl.Datetime("us"))
    return pl.select(pl.when(pl.Series(seconds < NEVER)).then(times)).to_series()


def gids(kind: str, numbers: Ints, missing: Flags | None = None) -> pl.Series:
    """Shopify's global ids of a kind."""
    text = pl.select(pl.format("gid://shopify/" + kind + "/{}", pl.Series(numbers))).to_series()
    if missing is None:
        return text
    return pl.select(pl.when(pl.Series(~missing)).then(text)).to_series()


def pick(values: list[Any], index: Ints, dtype: Any = pl.String) -> pl.Series:
    """``values[index]``, null where the index is negative."""
    table = pl.Series(values, dtype=dtype)
    return table.gather(pl.select(pl.when(pl.Series(index) >= 0).then(pl.Series(index))).to_series())


def choose(conditions: list[Flags], texts: list[str | None], otherwise: str | None = None) -> pl.Series:
    """The text of the first condition that holds, by row."""
    index = np.select(conditions, list(range(len(texts))), len(texts)).astype(np.int64)
    return pick([*texts, otherwise], index)


def share_of(cents: Ints, part: Ints, whole: Ints) -> Ints:
    """``cents * part / whole`` rounded half up, exactly ``cents`` where part equals whole."""
    return (2 * cents * part + whole) // (2 * np.maximum(whole, 1))


def split(total: Ints, weight: Ints, group: Ints) -> Ints:
    """Splits each group's total over its members in proportion to their weights, exact to the cent.

    The cumulative rounding method: a member gets the difference of two rounded running totals.

    Args:
        total: per member, the amount of its group (the same for all of a group).
        weight: per member, at least 0; a group's weights sum to more than 0 unless its total is 0.
        group: sorted group numbers per member.
    """
    running = np.cumsum(weight)
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]]) if len(group) else np.empty(0, dtype=np.int64)
    sizes = np.diff(np.r_[starts, len(group)])
    before = np.repeat(running[starts] - weight[starts], sizes) if len(group) else running
    within = running - before
    whole = np.repeat(np.add.reduceat(weight, starts), sizes) if len(group) else running
    upper = share_of(total, within, whole)
    lower = share_of(total, within - weight, whole)
    result: Ints = np.where(whole > 0, upper - lower, 0)
    return result


def text(values: pl.Expr) -> pl.Expr:
    """A JSON array of the one text, ``[]`` where it is null."""
    return pl.when(values.is_null()).then(pl.lit("[]")).otherwise(pl.format('["{}"]', values))
