"""JSON text as polars expressions: whole columns are encoded at once, so a million rows cost seconds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

import polars as pl

Piece = str | pl.Expr
"""Fixed text, or text per row that is never null."""

_SPECIAL = ["\\", '"', "\n", "\r", "\t", *(chr(c) for c in range(0x20) if chr(c) not in "\n\r\t")]
_ESCAPED = ["\\\\", '\\"', "\\n", "\\r", "\\t", *(f"\\u{c:04x}" for c in range(0x20) if chr(c) not in "\n\r\t")]
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


def joined(pieces: Sequence[Piece]) -> pl.Expr:
    """Pieces side by side; neighbouring fixed texts become one."""
    merged: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    return pl.concat_str([pl.lit(p) if isinstance(p, str) else p for p in merged])


def escaped(values: pl.Series) -> pl.Series:
    """Text as it stands between JSON quotes."""
    if values.str.contains_any(_SPECIAL).any():
        return values.str.replace_many(_SPECIAL, _ESCAPED)
    return values


def decimal_text(values: pl.Series) -> pl.Series:
    """Amounts as Shopify prints them: the shortest text that has a decimal point ("120.0", "29.99").

    A double holds any amount below 1e9 with six decimals exactly enough to print the same digits; beyond that,
    and for amounts that a double prints with an exponent, the decimal's own digits are trimmed.
    """
    if values.dtype.is_integer():
        values = values.cast(pl.Decimal(18, 6))
    size = values.cast(pl.Float64).abs()
    if bool(((size >= 1e9) | ((size < 1e-4) & (size > 0))).any()):
        trimmed = values.cast(pl.Decimal(18, 6)).cast(pl.String).str.strip_chars_end("0")
        return trimmed.str.replace(r"\.$", ".0")
    return values.cast(pl.Float64).cast(pl.String)


def instant_text(values: pl.Series) -> pl.Series:
    """Instants as ISO 8601 in UTC with a Z; fractions of a second appear only where there are any."""
    micros = values.dt.epoch("us")
    if bool((micros % 1_000_000 != 0).any()):
        return values.dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")
    seconds = micros // 1_000_000
    days, times = _day_texts(), _time_texts()
    first = (_FIRST_DAY - date(1970, 1, 1)).days
    frame = pl.DataFrame({"day": days.gather(seconds // 86_400 - first), "time": times.gather(seconds % 86_400)})
    return frame.select(pl.concat_str("day", "time")).to_series()


def lists(parents: pl.Series, texts: pl.Series, count: int, separator: str = ",") -> pl.Series:
    """Texts of children joined by parent.

    Args:
        parents: row number of each child's parent, ascending.
        texts: of the children, in order.
        count: of parents.
        separator: between texts.

    Returns:
        One text per parent, empty where it has no child.
    """
    grouped = (
        pl.DataFrame({"_p": parents.cast(pl.UInt32), "text": texts})
        .group_by("_p", maintain_order=True)
        .agg("text")
        .with_columns(pl.col("text").list.join(separator))
    )
    everyone = pl.DataFrame({"_p": pl.int_range(count, dtype=pl.UInt32, eager=True)})
    return everyone.join(grouped, on="_p", how="left", maintain_order="left")["text"].fill_null("")


@cache
def _day_texts() -> pl.Series:
    days = pl.date_range(_FIRST_DAY, _LAST_DAY, timedelta(days=1), eager=True)
    return days.cast(pl.String) + "T"


@cache
def _time_texts() -> pl.Series:
    nanoseconds = pl.int_range(86_400, eager=True) * 1_000_000_000
    return nanoseconds.cast(pl.Time).cast(pl.String).str.head(len("00:00:00")) + "Z"
