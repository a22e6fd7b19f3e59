"""Building blocks of the parsers: JSON lines into frames, and the shapes that Shopify repeats."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl
import pyarrow as pa

from ingestion.contract import Table
from ingestion.shopify.settings import NAME
from ingestion.source import Batch, SourceError

TEXT = pl.String()
WHOLE = pl.Int64()
FLAG = pl.Boolean()
FLOAT = pl.Float64()
TEXTS = pl.List(pl.String())
PARENT = "__parentId"
TYPE = "__typename"


def struct(**fields: pl.DataType) -> pl.Struct:
    """An object with those keys."""
    return pl.Struct(fields)


REFERENCE = struct(id=TEXT)
AMOUNT = struct(amount=TEXT)
MONEY = struct(amount=TEXT, currencyCode=TEXT)
SHOP_MONEY = struct(shopMoney=MONEY)
SHOP_AND_PRESENTMENT_MONEY = struct(shopMoney=AMOUNT, presentmentMoney=AMOUNT)


def read_lines(document: str, chunk: bytes, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """JSON lines as a frame; keys that the schema does not name are dropped, missing ones are null.

    Args:
        document: where the lines come from, named in the error.
        chunk: whole lines.
        schema: of every kind of object in the file together.

    Raises:
        SourceError: a line is not JSON, or a value has another type than the schema says.
    """
    common = {TYPE: TEXT, PARENT: TEXT, "id": TEXT}
    try:
        return pl.read_ndjson(io.BytesIO(chunk), schema=common | dict(schema))
    except pl.exceptions.PolarsError as error:
        raise SourceError(
            NAME,
            f"{document}: {str(error).splitlines()[0]}",
            "Shopify changed a value's type: the load was refused and nothing was changed",
        ) from error


def at(*path: str) -> pl.Expr:
    """The value at a path of objects; null where an object on the way is null."""
    found = pl.col(path[0])
    for step in path[1:]:
        found = found.struct.field(step)
    return found


def shop_amount(name: str) -> pl.Expr:
    """The amount of a MoneyBag in the shop's currency, as text."""
    return at(name, "shopMoney", "amount")


def json_texts(name: str) -> pl.Expr:
    """A list of texts as a JSON array."""
    escaped = pl.element().str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    quoted = pl.col(name).list.eval(pl.format('"{}"', escaped))
    return pl.format("[{}]", quoted.list.join(",")).alias(name)


def of_type(lines: pl.DataFrame, *typenames: str) -> pl.DataFrame:
    """The objects of those types."""
    return lines.filter(pl.col(TYPE).is_in(typenames))


def to_batch(table: Table, frame: pl.DataFrame) -> Batch:
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
            "Shopify changed a value's type: the load was refused and nothing was changed",
        ) from error
    return table, _arrow(table, typed)


def _arrow(table: Table, typed: pl.DataFrame) -> pa.Table:
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
    """Remembers whose child an object is, so that its own children find the grandparent in a later chunk."""

    _parents: list[pl.DataFrame] = field(default_factory=list)

    def remember(self, objects: pl.DataFrame, parent: pl.Expr = pl.col(PARENT)) -> None:  # noqa: B008
        """Notes the parent of every object."""
        self._parents.append(objects.select("id", parent.alias("order_id")))

    def find(self, children: pl.DataFrame) -> pl.DataFrame:
        """The children with the ``order_id`` that their parent belongs to."""
        known = pl.concat(self._parents) if self._parents else pl.DataFrame(schema={"id": TEXT, "order_id": TEXT})
        return children.join(
            known.unique("id", keep="last"), left_on=PARENT, right_on="id", how="left", maintain_order="left"
        )
