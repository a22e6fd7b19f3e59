"""JSON of rows as vendors send it: absent instead of null."""

from __future__ import annotations

import re

import polars as pl
from starlette.requests import HTTPConnection

OVERLAP = "shophouse.overlap"
"""Key of a request's scope: rows of the page before, with which its own begins on a bad day."""
_NULL_MEMBER = re.compile(rb',"[A-Za-z0-9_]+":null')
_NULL_FIRST_MEMBER = re.compile(rb'(?<=\{)"[A-Za-z0-9_]+":null,?')


def page_overlap(request: HTTPConnection) -> int:
    """How many rows of the page before the requested one a handler repeats at its start; 0 on a good day."""
    rows: int = request.scope.get(OVERLAP, 0)
    return rows


def rows_without_nulls(frame: pl.DataFrame) -> bytes:
    """A JSON array of the rows; members that are null are left out.

    Only a member can match: a quote inside of a JSON text is escaped, so the pattern cannot occur there.
    """
    return _NULL_FIRST_MEMBER.sub(b"", _NULL_MEMBER.sub(b"", frame.write_json().encode()))


def plain_decimal(column: pl.Expr) -> pl.Expr:
    """A decimal as text without trailing zeros: 4.000000 becomes 4, 410.500000 becomes 410.5."""
    return column.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
