"""From a vendor's JSON to parsed values, and from parsed frames to the typed Arrow tables of the raw contract."""

from __future__ import annotations

import orjson
import polars as pl
import pyarrow as pa

from ingestion.contract import RawTable
from ingestion.kit.mismatch import first_mismatch
from ingestion.source import SourceError


def typed(source: str, table: RawTable, frame: pl.DataFrame, *computed: pl.Expr) -> pa.Table:
    """The frame in the table's schema; columns that the frame lacks are null.

    Args:
        source: named in the error.
        table: declares columns and types.
        frame: values as sent, mostly text.
        computed: columns that are made of what was sent, over the frame's.

    Raises:
        SourceError: a value does not fit its declared type; the message has column, value and both types.
    """
    try:
        whole = frame.with_columns(computed)
        columns = [
            pl.col(name).cast(kind) if name in whole.columns else pl.lit(None, kind).alias(name)
            for name, kind in table.polars_schema.items()
        ]
        return whole.select(columns).to_arrow().cast(table.schema)
    except (pl.exceptions.PolarsError, pa.ArrowInvalid) as error:
        raise SourceError(
            source,
            f"table {table.name}: {str(error).splitlines()[0]}",
            "the value has another type, or does not fit it: the load was refused and nothing was changed",
        ) from error


def decoded(source: str, what: str, body: bytes, dtype: pl.DataType, url_setting: str = "api_url") -> pl.Series:
    """A JSON body, parsed in one go; keys that ``dtype`` does not name are dropped, missing ones are null.

    Args:
        source: named in the error.
        what: what was asked, named in the error.
        body: UTF-8.
        dtype: of the whole body.
        url_setting: the source's setting that holds the address asked.

    Returns:
        A series of one value.

    Raises:
        SourceError: the body is not JSON, or a value in it has another type; the message has its path and both types.
    """
    try:
        parsed = pl.Series([body.decode()]).str.json_decode(dtype)
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise _refused(source, what, body, dtype, url_setting) from error
    if len(parsed) != 1:
        raise no_json(source, what, body, f"sources.{source}.{url_setting}")
    return parsed


def no_json(source: str, what: str, body: bytes, url_setting: str) -> SourceError:
    """The error for an answer that some other server must have given.

    Args:
        source: of the error.
        what: what was asked.
        body: what came instead.
        url_setting: dotted name of the setting that holds the address asked.
    """
    start = body[:80].decode(errors="replace")
    return SourceError(
        source,
        f"{what}: the answer is not the JSON that was expected (it begins {start!r})",
        f"check {url_setting}; a proxy or a login page may be in between",
    )


def _refused(source: str, what: str, body: bytes, dtype: pl.DataType, url_setting: str) -> SourceError:
    try:
        mismatch = first_mismatch(orjson.loads(body), dtype)
    except orjson.JSONDecodeError:
        mismatch = None
    if mismatch is None:
        return no_json(source, what, body, f"sources.{source}.{url_setting}")
    return SourceError(
        source,
        f"{what}: the type of a value changed: {mismatch}",
        "the load was refused and nothing was changed; adapt the connector to what the vendor sends now",
    )
