"""Where a vendor's JSON has another type than the one that is declared for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

_SCALARS = (str, int, float, bool)


def first_mismatch(value: Any, dtype: pl.DataType, path: str = "") -> str | None:
    """The first place of a parsed JSON value whose type does not fit.

    Args:
        value: as parsed; null fits everything, keys that ``dtype`` does not name are ignored.
        dtype: declared; text takes every scalar, as polars does.
        path: of the value, e.g. ``data[0].actions``.

    Returns:
        The place with the type expected and the type found; None: everything fits.
    """
    if value is None:
        return None
    if not isinstance(value, _accepted(dtype)):
        return f"{path or 'the whole answer'}: expected {_expected(dtype)}, found {_found(value)}"
    return next((found for child in _inner(value, dtype, path) if (found := first_mismatch(*child))), None)


def _inner(value: Any, dtype: pl.DataType, path: str) -> Iterator[tuple[Any, pl.DataType, str]]:
    if isinstance(dtype, pl.Struct):
        for field in dtype.fields:
            yield value.get(field.name), _made(field.dtype), f"{path}.{field.name}".removeprefix(".")
    elif isinstance(dtype, pl.List):
        for number, item in enumerate(value):
            yield item, _made(dtype.inner), f"{path}[{number}]"


def _made(dtype: Any) -> pl.DataType:
    """A nested type may be given as its class."""
    made: pl.DataType = dtype() if isinstance(dtype, type) else dtype
    return made


def _accepted(dtype: pl.DataType) -> tuple[type, ...]:
    if isinstance(dtype, pl.Struct):
        return (dict,)
    if isinstance(dtype, pl.List):
        return (list,)
    if dtype.is_numeric():
        return (int, float)
    return (bool,) if dtype == pl.Boolean else _SCALARS


def _expected(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.Struct):
        return "an object"
    if isinstance(dtype, pl.List):
        return "a list"
    if dtype.is_numeric():
        return "a number"
    return "true or false" if dtype == pl.Boolean else "text"


def _found(value: Any) -> str:
    names: dict[type, str] = {dict: "an object", list: "a list", str: "text", bool: "true or false"}
    return names.get(type(value), "a number")
