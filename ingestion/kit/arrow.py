"""From a vendor's JSON to parsed values, and from parsed frames to the typed Arrow tables of the raw contract."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
import polars as pl
import pyarrow as pa

from ingestion.contract import RawTable
from ingestion.kit.mismatch import first_mismatch
from ingestion.kit.refusal import Cause, Refusal

UNKNOWN = "unknown"
"""Stands for a part of a row's key that the vendor left out: the row counts all the same."""


def typed(source: str, table: RawTable, frame: pl.DataFrame, *computed: pl.Expr) -> pa.Table:
    """The frame in the table's schema; columns that the frame lacks are null, texts that the key lacks ``unknown``.

    Args:
        source: named in the error.
        table: declares columns and types.
        frame: values as sent, mostly text.
        computed: columns that are made of what was sent, over the frame's.

    Raises:
        Refusal: a value does not fit its declared type, with column, value and both types; or the day of a row is
            missing.
    """
    try:
        whole = frame.with_columns(computed)
        columns = [
            pl.col(name).cast(kind) if name in whole.columns else pl.lit(None, kind).alias(name)
            for name, kind in table.polars_schema.items()
        ]
        return _without_nulls(table, whole.select(columns)).to_arrow().cast(table.schema)
    except (pl.exceptions.PolarsError, pa.ArrowInvalid, ValueError) as error:
        raise _unreadable(
            source,
            f"table {table.name}: {str(error).splitlines()[0]}",
            "the value has another type, or does not fit it",
        ) from error


def _without_nulls(table: RawTable, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with ``unknown`` for each text that the key lacks; numbered where several would be the same row."""
    texts = [name for name in table.key if rows.schema[name] == pl.String and rows[name].null_count()]
    number = pl.int_range(pl.len()).over(table.key) + 1
    unknown = pl.when(number == 1).then(pl.lit(UNKNOWN)).otherwise(pl.format(f"{UNKNOWN} {{}}", number))
    return rows.with_columns(pl.col(name).fill_null(unknown) for name in texts)


def _unreadable(source: str, problem: str, advice: str) -> Refusal:
    stays = "what is stored stays as it is; adapt the connector to what the vendor sends now"
    return Refusal(source, problem, f"{advice}: {stays}", cause=Cause.UNREADABLE, said=problem)


def decoded(
    source: str,
    what: str,
    body: bytes,
    dtype: pl.DataType,
    url_setting: str = "api_url",
    needs: Sequence[str] = (),
) -> pl.Series:
    """A JSON body, parsed in one go; keys that ``dtype`` does not name are dropped, missing ones are null.

    Args:
        source: named in the error.
        what: what was asked, named in the error.
        body: UTF-8.
        dtype: of the whole body.
        url_setting: the source's setting that holds the address asked.
        needs: members, from the top down, that every answer has.

    Returns:
        A series of one value.

    Raises:
        Refusal: the body is not JSON or lacks a member that it needs, so it is no answer; or a value in it has another
            type, with its path and both types.
    """
    try:
        parsed = pl.Series([body.decode()]).str.json_decode(dtype)
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise _refused(source, what, body, dtype, url_setting) from error
    if len(parsed) != 1 or not _has(parsed, needs):
        raise no_json(source, what, body, f"sources.{source}.{url_setting}")
    return parsed


def _has(answer: pl.Series, needs: Sequence[str]) -> bool:
    for member in needs:
        answer = answer.struct.field(member)
    return not needs or answer.null_count() == 0


def no_json(source: str, what: str, body: bytes, url_setting: str) -> Refusal:
    """The error for an answer that some other server must have given.

    Args:
        source: of the error.
        what: what was asked.
        body: what came instead.
        url_setting: dotted name of the setting that holds the address asked.
    """
    start = body[:80].decode(errors="replace")
    return Refusal(
        source,
        f"{what}: the answer is not the JSON that was expected (it begins {start!r})",
        f"check {url_setting}; a proxy or a login page may be in between",
        cause=Cause.NO_ANSWER,
        said=start,
    )


def _refused(source: str, what: str, body: bytes, dtype: pl.DataType, url_setting: str) -> Refusal:
    try:
        mismatch = first_mismatch(orjson.loads(body), dtype)
    except orjson.JSONDecodeError:
        mismatch = None
    if mismatch is None:
        return no_json(source, what, body, f"sources.{source}.{url_setting}")
    return _unreadable(source, f"{what}: the type of a value changed: {mismatch}", "the vendor has changed it")
