"""Where a vendor's JSON has another type than the one that is declared for it."""

from __future__ import annotations

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
    if isinstance(dtype, pl.Struct):
        inner = ((value.get(f.name), f.dtype, f"{path}.{f.name}".removeprefix(".")) for f in dtype.fields)
    elif isinstance(dtype, pl.List):
        inner = ((item, dtype.inner, f"{path}[{n}]") for n, item in enumerate(value))
    else:
        return None
    return next((found for child in inner if (found := first_mismatch(*_made(*child)))), None)


def _made(value: Any, dtype: Any, path: str) -> tuple[Any, pl.DataType, str]:
    """A nested type may be the class or an instance of it."""
    return value, dtype() if isinstance(dtype, type) else dtype, path


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
