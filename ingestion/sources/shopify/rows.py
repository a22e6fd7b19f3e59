"""Building blocks of the parsers: JSON lines into frames, and frames into rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import polars as pl
import pyarrow as pa
from pyarrow.json import ParseOptions, ReadOptions, read_json

from ingestion.contract import RawTable
from ingestion.source import Rows, SourceError
from ingestion.sources.shopify.fields import FLAG, FLOAT, PARENT, TEXT, TYPE, WHOLE, Schema, values
from ingestion.sources.shopify.settings import NAME

_BLOCK_BYTES = 4 << 20
_NOT_IN_JSON = "\x01"

Kinds = Mapping[tuple[str, ...], Schema]
"""What the lines of a document are: type names of each kind of object, and its members."""


def read_lines(document: str, chunk: bytes, store_id: str, kinds: Kinds) -> list[pl.DataFrame]:
    """JSON lines of several kinds of objects as a frame per kind; every line begins with its ``__typename``.

    The lines are told apart before they are decoded, so that each is decoded against its own keys only: five times
    as fast as one frame with the keys of all kinds.

    Args:
        document: where the lines come from, named in the error.
        chunk: whole lines, UTF-8.
        store_id: put in every row.
        kinds: of the lines; members that are not named are dropped, missing ones are null.

    Returns:
        A frame per kind, in the order of ``kinds``.

    Raises:
        SourceError: a line is not JSON, its type is not among the kinds, or a value has another type than its key.
    """
    lines = _split(document, chunk).with_columns(kind=pl.col("line").str.extract(r'"__typename":\s*"(\w+)"'))
    known = [typename for typenames in kinds for typename in typenames]
    unknown = lines.filter(~pl.col("kind").is_in(known) | pl.col("kind").is_null())
    if unknown.height:
        raise SourceError(NAME, f"{document}: an object of an unknown type: {unknown.item(0, 'line')[:80]}")
    return [
        _decoded(document, lines.filter(pl.col("kind").is_in(typenames))["line"], schema).with_columns(
            store_id=pl.lit(store_id)
        )
        for typenames, schema in kinds.items()
    ]


def _split(document: str, chunk: bytes) -> pl.DataFrame:
    try:
        # A table of one column: no JSON holds its separator unescaped.
        lines = pl.read_csv(
            chunk,
            has_header=False,
            schema={"line": pl.String},
            separator=_NOT_IN_JSON,
            quote_char=None,
            raise_if_empty=False,
        )
    except pl.exceptions.PolarsError as error:
        raise SourceError(NAME, f"{document}: a line is no JSON text: {str(error).splitlines()[0]}") from error
    return lines.drop_nulls()


def _joined(lines: pl.Series) -> bytes:
    text = BytesIO()
    lines.to_frame().write_csv(text, include_header=False, quote_style="never")
    return text.getvalue()


def _decoded(document: str, lines: pl.Series, schema: Schema) -> pl.DataFrame:
    fields = pa.schema(
        [(name, _arrow_type(kind)) for name, kind in ({TYPE: TEXT, PARENT: TEXT, "id": TEXT} | dict(schema)).items()]
    )
    if lines.is_empty():
        return _frame(fields.empty_table())
    try:
        parsed = read_json(
            pa.BufferReader(_joined(lines)),
            read_options=ReadOptions(block_size=max(_BLOCK_BYTES, int(lines.str.len_bytes().max() or 0) + 1)),  # type: ignore[arg-type]
            parse_options=ParseOptions(explicit_schema=fields, unexpected_field_behavior="ignore"),
        )
    except pa.ArrowInvalid as error:
        raise SourceError(
            NAME,
            f"{document}: {str(error).splitlines()[0]}",
            "the value has another type, or does not fit it: the load was refused and nothing was changed",
        ) from error
    return _frame(parsed)


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def _arrow_type(kind: pl.DataType) -> pa.DataType:
    if isinstance(kind, pl.Struct):
        return pa.struct([(field.name, _arrow_type(_made(field.dtype))) for field in kind.fields])
    if isinstance(kind, pl.List):
        return pa.list_(_arrow_type(_made(kind.inner)))
    return {TEXT: pa.string(), WHOLE: pa.int64(), FLAG: pa.bool_(), FLOAT: pa.float64()}[kind]


def _made(kind: Any) -> pl.DataType:
    made: pl.DataType = kind() if isinstance(kind, type) else kind
    return made


def rows_of(table: RawTable, objects: pl.DataFrame) -> Rows:
    """Objects as sent, in the table's schema.

    Args:
        table: declares where each column lies in an object.
        objects: a row each, and the columns that are not sent.

    Raises:
        SourceError: as of :func:`to_rows`.
    """
    return to_rows(table, values(table, objects))


def to_rows(table: RawTable, frame: pl.DataFrame) -> Rows:
    """The frame in the table's schema: text becomes instants, dates and decimals, and a bad value raises.

    Raises:
        SourceError: a value does not fit its declared type; the message has the value and both types.
    """
    kinds = table.polars_schema
    try:
        typed = frame.select(_typed(name, kind, frame.schema.get(name)) for name, kind in kinds.items())
    except pl.exceptions.PolarsError as error:
        raise SourceError(
            NAME,
            f"table {table.name}: {str(error).splitlines()[0]}",
            "the value has another type, or does not fit it: the load was refused and nothing was changed",
        ) from error
    return Rows(table, _arrow(table, typed))


def _arrow(table: RawTable, typed: pl.DataFrame) -> pa.Table:
    return typed.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(table.schema)


def _typed(name: str, kind: pl.DataType, sent: pl.DataType | None) -> pl.Expr:
    if sent is None:
        return pl.lit(None, kind).alias(name)
    if sent == pl.String and isinstance(kind, pl.Datetime):
        return pl.col(name).str.to_datetime("%+", time_unit="us").cast(kind)
    return pl.col(name).cast(kind)


@dataclass
class Siblings:
    """Numbers children of a parent from 0 in the order in which they arrive, over chunks and whatever lies between."""

    _counts: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={PARENT: pl.String, "_before": pl.UInt32})
    )

    def number(self, children: pl.DataFrame) -> pl.DataFrame:
        """The children with ``position``."""
        placed = children.join(self._counts, on=PARENT, how="left", maintain_order="left").with_columns(
            position=pl.int_range(pl.len(), dtype=pl.UInt32).over(PARENT) + pl.col("_before").fill_null(0)
        )
        seen = children.group_by(PARENT).agg(_before=pl.len().cast(pl.UInt32))
        self._counts = pl.concat([self._counts, seen]).group_by(PARENT).agg(pl.col("_before").sum())
        return placed.drop("_before")


@dataclass
class Ancestors:
    """Remembers what objects belong to, so that their children find it in a later chunk."""

    known: pl.DataFrame | None = None

    def remember(self, objects: pl.DataFrame) -> None:
        """Notes objects: ``id``, and columns that their children get; the same columns every time."""
        every = objects if self.known is None else pl.concat([self.known, objects])
        self.known = every.unique("id", keep="last")

    def find(self, children: pl.DataFrame) -> pl.DataFrame:
        """The children with what is known of their parent; null where it was never seen."""
        assert self.known is not None
        return children.join(self.known, left_on=PARENT, right_on="id", how="left", maintain_order="left")
