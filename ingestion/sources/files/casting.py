"""Text cells to the template's types, and what cannot be one.

A cell is either exactly what its column's type allows or a finding; nothing is guessed or cut.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl
import pyarrow as pa

from ingestion.sources.files.templates import type_name
from shophouse.tables import Column

_TRUE = ("true", "yes", "y", "1")
_FALSE = ("false", "no", "n", "0")
_MIDNIGHT = r"[ T]00:00(:00(\.0+)?)?$"
_ISO_TIMES = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%d")


AMBIGUOUS = r"^[+-]?[1-9]\d{0,2}(\.\d{3})+$"
"""1.234: one and a bit, or a thousand and more."""
QUESTION = (
    "1.234 may be a thousand and more, and 1,5 one and a half: say decimal: ',' (or '.') and thousands: under file: in "
    "a mapping"
)
SCIENTIFIC = r"^\d([.,]\d+)?[eE]\+\d+$"
"""4.00638E+12: a spreadsheet has cut the digits of a number that was a name."""


@dataclass(frozen=True)
class Cast:
    """A column's conversion.

    Attributes:
        value: typed expression over the column's text; null where the text is not of the type.
        expected: what the text should have been.
    """

    value: pl.Expr
    expected: str


@dataclass(frozen=True)
class Marks:
    """How numbers are written.

    Attributes:
        decimal: mark between units and decimals; None: not stated, a point.
        thousands: mark between groups of three digits; empty: none.
        shows_points: whether a point before three digits is known to be a decimal one.
        binary_numbers: numbers were doubles: decimals beyond the column's scale are rounded instead of refused.
    """

    decimal: str | None = None
    thousands: str = ""
    shows_points: bool = True
    binary_numbers: bool = False


def cast_column(column: Column, marks: Marks, zone: str | None = None) -> Cast:
    """How the text of a column becomes its type.

    Args:
        column: of the template; the text stands in a column of the same name.
        marks: of the file's numbers.
        zone: column with the time zone in which an instant with an offset is told; None: there is none.
    """
    text = pl.col(column.name)
    kind = column.type
    expected = type_name(kind)
    if pa.types.is_string(kind):
        return Cast(text, expected)
    if pa.types.is_boolean(kind):
        lowered = text.str.to_lowercase()
        value = pl.when(lowered.is_in(_TRUE)).then(True).when(lowered.is_in(_FALSE)).then(False)
        return Cast(
            value.otherwise(None), "true or false (also yes/no, 1/0; other words: column = 'WAHR' in a mapping)"
        )
    if pa.types.is_date(kind):
        return _date(text)
    if pa.types.is_timestamp(kind):
        return _time(text, zone)
    return _numeric(text, kind, expected, marks)


def _numeric(text: pl.Expr, kind: pa.DataType, expected: str, marks: Marks) -> Cast:
    plain = _plain_number(text, marks)
    if pa.types.is_integer(kind):
        whole = pl.when(plain.str.contains(r"^[+-]?\d+(\.0*)?$")).then(plain.str.replace(r"\.0*$", ""))
        told = f"a {expected} between -2^63 and 2^63-1{_told(marks)}"
        return Cast(whole.cast(pl.Int64, strict=False), told)
    if pa.types.is_decimal(kind):
        decimals = "" if marks.binary_numbers else f"{{0,{kind.scale}}}0"
        exact = pl.when(plain.str.contains(rf"^[+-]?\d+(\.\d{decimals}*)?$")).then(plain)
        told = f"a {expected} and {kind.precision - kind.scale} digits before them{_told(marks)}"
        return Cast(exact.cast(pl.Decimal(kind.precision, kind.scale), strict=False), told)
    number = pl.when(plain.str.contains(r"^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?$")).then(plain)
    double = number.cast(pl.Float64, strict=False)
    return Cast(pl.when(double.is_finite()).then(double), f"a {expected}{_told(marks)}")


def _plain_number(text: pl.Expr, marks: Marks) -> pl.Expr:
    """The number with a point and without thousands marks; null where its marks are misplaced or could be either."""
    mark = marks.decimal or "."
    if marks.thousands and not marks.thousands.strip():
        # Who writes a blank between thousands writes one that does not break.
        text = text.str.replace_all(r"[\x{00A0}\x{2009}\x{202F}]", marks.thousands)
    decimal, thousands = re.escape(mark), re.escape(marks.thousands)
    grouped = rf"|\d{{1,3}}(?:{thousands}\d{{3}})+" if marks.thousands else ""
    shape = rf"^[+-]?(?:\d+{grouped})(?:{decimal}\d*)?(?:[eE][+-]?\d+)?$"
    plain = text.str.replace_all(marks.thousands, "", literal=True) if marks.thousands else text
    if mark != ".":
        plain = plain.str.replace(mark, ".", literal=True)
    readable = text.str.contains(shape)
    if not marks.shows_points:
        readable &= ~text.str.contains(AMBIGUOUS)
    return pl.when(readable).then(plain)


def _told(marks: Marks) -> str:
    told = f"; {QUESTION}" if marks.decimal is None else f" with {marks.decimal!r} before the decimals"
    return f"{told}; number(column) in a mapping reads signs of currencies, brackets and % as well"


def _date(text: pl.Expr) -> Cast:
    day = text.str.replace(_MIDNIGHT, "")
    iso = pl.when(day.str.contains(r"^\d{4}-\d\d-\d\d$")).then(day)
    return Cast(
        iso.str.to_date("%Y-%m-%d", strict=False),
        "an existing date, YYYY-MM-DD (of another form: day(column, '%d/%m/%Y') in a mapping says which part is what, "
        "and 'excel' that it is a number of days)",
    )


def _time(text: pl.Expr, zone: str | None) -> Cast:
    spaced = text.str.replace("T", " ", literal=True)
    iso = pl.when(spaced.str.contains(r"^\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d(\.\d{1,6})?)?)?$")).then(spaced)
    value = pl.coalesce(iso.str.to_datetime(f, strict=False, exact=True, time_unit="us") for f in _ISO_TIMES)
    expected = "an existing local date and time, YYYY-MM-DD HH:MM[:SS]"
    other = "of another form: local_time(column, '%d.%m.%Y %H:%M') in a mapping, or 'excel' for a number of days"
    if zone is None:
        return Cast(value, f"{expected}, without an offset (local_time(column) in a mapping tells instants; {other})")
    return Cast(pl.coalesce(value, _instant(spaced, zone)), f"{expected}, or with an offset ({other})")


def _instant(spaced: pl.Expr, zone: str) -> pl.Expr:
    """The clock of the row's zone at an instant with an offset: each zone of the file by itself."""
    plain = spaced.str.replace(r" ?(?:Z|UTC|GMT)$", "+00:00").str.replace(r" ?([+-]\d\d):?(\d\d)$", "$1:$2")
    plain = plain.str.replace(r" (\d\d:\d\d)([+-])", " $1:00$2")
    shown = pl.when(plain.str.contains(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d:\d\d$")).then(plain)
    instant = shown.str.to_datetime("%Y-%m-%d %H:%M:%S%.f%:z", strict=False, exact=True, time_unit="us")
    return pl.struct(instant.alias("instant"), pl.col(zone).alias("zone")).map_batches(
        _clock, return_dtype=pl.Datetime("us")
    )


def _clock(rows: pl.Series) -> pl.Series:
    frame = rows.struct.unnest()
    clock = pl.lit(None, pl.Datetime("us"))
    for name in frame["zone"].unique().drop_nulls():
        if has_rules(name):
            local = pl.col("instant").dt.convert_time_zone(name).dt.replace_time_zone(None, ambiguous="earliest")
            clock = pl.when(pl.col("zone") == name).then(local).otherwise(clock)
    return frame.select(clock.alias("clock")).to_series()


def has_rules(zone: str) -> bool:
    """Whether polars knows the zone; its copy of the time zone database may be older than Python's."""
    try:
        pl.select(pl.lit("2000-01-01").str.to_datetime(time_unit="us").dt.replace_time_zone(zone))
    except pl.exceptions.ComputeError:
        return False
    return True
