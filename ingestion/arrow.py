"""From parsed frames to the typed Arrow tables of the raw contract."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from ingestion.contract import Table
from ingestion.source import SourceError


def typed(source: str, table: Table, frame: pl.DataFrame) -> pa.Table:
    """The frame in the table's schema; columns that the frame lacks are null.

    Args:
        source: named in the error.
        table: declares columns and types.
        frame: values as sent, mostly text.

    Raises:
        SourceError: a value does not fit its declared type; the message has column, value and both types.
    """
    schema = table.polars_schema
    columns = [
        pl.col(name).cast(kind) if name in frame.columns else pl.lit(None, kind).alias(name)
        for name, kind in schema.items()
    ]
    try:
        return frame.select(columns).to_arrow().cast(table.schema)
    except (pl.exceptions.PolarsError, pa.ArrowInvalid) as error:
        raise SourceError(
            source,
            f"table {table.name}: {str(error).splitlines()[0]}",
            "the value has another type, or does not fit it: the load was refused and nothing was changed",
        ) from error


def decoded(source: str, what: str, body: bytes, dtype: pl.DataType) -> pl.Series:
    """A JSON body, parsed in one go; keys that ``dtype`` does not name are dropped, missing ones are null.

    Args:
        source: named in the error.
        what: what was asked, named in the error.
        body: UTF-8.
        dtype: of the whole body.

    Returns:
        A series of one value.

    Raises:
        SourceError: the body is not JSON, or a value in it has another type.
    """
    try:
        return pl.Series([body.decode()]).str.json_decode(dtype)
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        start = body[:80].decode(errors="replace")
        raise SourceError(
            source,
            f"{what}: the answer is not the JSON that was expected (it begins {start!r})",
            "check the source's api_url setting; a proxy or a login page may be in between",
        ) from error
