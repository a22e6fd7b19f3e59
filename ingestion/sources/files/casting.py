"""Text cells to the template's types, and what cannot be one.

A cell is either exactly what its column's type allows or a finding; nothing is guessed or cut.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl
import pyarrow as pa

from ingestion.sources.files.readers import ReadOptions
from ingestion.sources.files.templates import type_name
from shophouse.tables import Column

_TRUE = ("true", "yes", "y", "1")
_FALSE = ("false", "no", "n", "0")
_MIDNIGHT = r"[ T]00:00(:00(\.0+)?)?$"
_ISO_TIMES = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%d")


@dataclass(frozen=True)
class Cast:
    """A column's conversion.

    Attributes:
        value: typed expression over the column's text; null where the text is not of the type.
        expected: what the text should have been.
    """

    value: pl.Expr
    expected: str


def cast_column(column: Column, options: ReadOptions, *, binary_numbers: bool, date_format: str | None) -> Cast:
    """How the text of a column becomes its type.

    Args:
        column: of the template; the text stands in a column of the same name.
        options: number marks of the file.
        binary_numbers: numbers were doubles: decimals beyond the column's scale are rounded instead of refused.
        date_format: strftime pattern of dates and times; None: ISO 8601.
    """
    text = pl.col(column.name)
    kind = column.type
    expected = type_name(kind)
    if pa.types.is_string(kind):
        return Cast(text, expected)
    if pa.types.is_boolean(kind):
        lowered = text.str.to_lowercase()
        value = pl.when(lowered.is_in(_TRUE)).then(True).when(lowered.is_in(_FALSE)).then(False)
        return Cast(value.otherwise(None), "true or false (also yes/no, 1/0)")
    if pa.types.is_date(kind):
        return _date(text, date_format)
    if pa.types.is_timestamp(kind):
        return _time(text, date_format)
    plain = _plain_number(text, options)
    if pa.types.is_integer(kind):
        whole = pl.when(plain.str.contains(r"^[+-]?\d+(\.0*)?$")).then(plain.str.replace(r"\.0*$", ""))
        return Cast(whole.cast(pl.Int64, strict=False), f"a {expected} between -2^63 and 2^63-1{_marks(options)}")
    if pa.types.is_decimal(kind):
        decimals = "" if binary_numbers else f"{{0,{kind.scale}}}0"
        exact = pl.when(plain.str.contains(rf"^[+-]?\d+(\.\d{decimals}*)?$")).then(plain)
        digits = kind.precision - kind.scale
        return Cast(
            exact.cast(pl.Decimal(kind.precision, kind.scale), strict=False),
            f"a {expected} and {digits} digits before them{_marks(options)}",
        )
    number = pl.when(plain.str.contains(r"^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?$")).then(plain)
    double = number.cast(pl.Float64, strict=False)
    return Cast(pl.when(double.is_finite()).then(double), f"a {expected}{_marks(options)}")


def _plain_number(text: pl.Expr, options: ReadOptions) -> pl.Expr:
    """The number with a point and without thousands marks; null where its marks are misplaced."""
    decimal, thousands = re.escape(options.decimal), re.escape(options.thousands)
    grouped = rf"|\d{{1,3}}(?:{thousands}\d{{3}})+" if options.thousands else ""
    shape = rf"^[+-]?(?:\d+{grouped})(?:{decimal}\d*)?(?:[eE][+-]?\d+)?$"
    plain = text.str.replace_all(options.thousands, "", literal=True) if options.thousands else text
    if options.decimal != ".":
        plain = plain.str.replace(options.decimal, ".", literal=True)
    return pl.when(text.str.contains(shape)).then(plain)


def _marks(options: ReadOptions) -> str:
    if options.decimal == ".":
        return "; where the file writes 1,5 for one and a half, say decimal: ',' under file: in a mapping"
    return f" with {options.decimal!r} before the decimals"


def _date(text: pl.Expr, date_format: str | None) -> Cast:
    if date_format is not None:
        return Cast(text.str.to_date(date_format, strict=False, exact=True), f"an existing date as {date_format}")
    day = text.str.replace(_MIDNIGHT, "")
    iso = pl.when(day.str.contains(r"^\d{4}-\d\d-\d\d$")).then(day)
    return Cast(
        iso.str.to_date("%Y-%m-%d", strict=False), "an existing date, YYYY-MM-DD (another format is named in a mapping)"
    )


def _time(text: pl.Expr, date_format: str | None) -> Cast:
    if date_format is not None:
        value = text.str.to_datetime(date_format, strict=False, exact=True, time_unit="us")
        return Cast(value, f"an existing local date and time as {date_format}")
    spaced = text.str.replace("T", " ", literal=True)
    iso = pl.when(spaced.str.contains(r"^\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d(\.\d{1,6})?)?)?$")).then(spaced)
    value = pl.coalesce(iso.str.to_datetime(f, strict=False, exact=True, time_unit="us") for f in _ISO_TIMES)
    return Cast(value, "an existing local date and time, YYYY-MM-DD HH:MM[:SS], without an offset")
