"""A table's columns and where Shopify sends them: declared once (:mod:`.tables`).

The contract, the types that the parsers read and the columns' values derive from a declaration; a test holds the
GraphQL documents to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial

import polars as pl

from ingestion.contract import RawTable
from ingestion.kit.fields import EACH, Fields, Path, camel
from shophouse import tables
from shophouse.tables import Column

TEXT = pl.String()
WHOLE = pl.Int64()
FLAG = pl.Boolean()
FLOAT = pl.Float64()
PARENT = "__parentId"
TYPE = "__typename"

Schema = Mapping[str, pl.DataType]
"""Members of an object and their types."""


def _as_sent(value: pl.Expr) -> pl.Expr:
    return value


@dataclass(frozen=True)
class Sent(Column):
    """A column whose value Shopify sends.

    Attributes:
        path: members from the object down to the value.
        sent: type of the value; in a list, of each.
        made: what the column holds, of what was sent.
    """

    path: Path = ()
    sent: pl.DataType = TEXT
    made: Callable[[pl.Expr], pl.Expr] = _as_sent


def text(
    name: str, meaning: str, path: str = "", *, pii: bool = False, made: Callable[[pl.Expr], pl.Expr] = _as_sent
) -> Sent:
    """A text; Shopify's ids are texts, verbatim.

    Args:
        name: of the column.
        meaning: of the column.
        path: members down to the value, with dots; empty: the member that is called as the column, in camel case.
        pii: whether it names a person.
        made: what the column holds, of what was sent.
    """
    return _sent(tables.text(name, meaning, pii=pii), path, TEXT, made)


def texts(name: str, meaning: str) -> Sent:
    """A list of texts, as a JSON array."""
    return _sent(tables.text(name, meaning), camel(name) + EACH, TEXT, json_texts)


def objects(name: str, meaning: str, *members: str) -> Sent:
    """A list of objects whose members are texts, as a JSON array."""
    return _sent(tables.text(name, meaning), camel(name) + EACH, pl.Struct(dict.fromkeys(members, TEXT)), _json_objects)


def money(name: str, meaning: str, path: str = "") -> Sent:
    """An amount, which Shopify sends as text."""
    return _sent(tables.money(name, meaning), path, TEXT)


def shop_money(name: str, meaning: str, bag: str = "") -> Sent:
    """An amount in the shop's currency, of a MoneyBag; ``bag``: its path, unless it is the column's name and Set."""
    return money(name, meaning, f"{bag or camel(name) + 'Set'}.shopMoney.amount")


def total(name: str, meaning: str, path: str) -> Sent:
    """The sum of the amounts in a list; null where the list is empty."""
    return _sent(tables.money(name, meaning), path, TEXT, _total)


def integer(name: str, meaning: str, path: str = "", *, sent: pl.DataType = WHOLE) -> Sent:
    """A whole number; ``sent``: its type, where Shopify sends it otherwise."""
    return _sent(tables.integer(name, meaning), path, sent)


def number(name: str, meaning: str, path: str = "") -> Sent:
    """A floating-point number."""
    return _sent(tables.number(name, meaning), path, FLOAT)


def flag(name: str, meaning: str, path: str = "") -> Sent:
    """A boolean."""
    return _sent(tables.flag(name, meaning), path, FLAG)


def instant(name: str, meaning: str, path: str = "") -> Sent:
    """An instant, which Shopify sends as text."""
    return _sent(tables.instant(name, meaning), path, TEXT)


def level(name: str, meaning: str) -> Sent:
    """Units of that one of an inventory level's quantities which is called as the column."""
    kind = pl.Struct({"name": TEXT, "quantity": WHOLE})
    return _sent(tables.integer(name, meaning), "quantities[]", kind, partial(_quantity, name))


def first(values: pl.Expr) -> pl.Expr:
    """The first of a list."""
    return values.list.first()


def json_texts(values: pl.Expr) -> pl.Expr:
    """A list of texts as a JSON array."""
    escaped = pl.element().str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    return pl.format("[{}]", values.list.eval(pl.format('"{}"', escaped)).list.join(","))


def members(table: RawTable, **lists: RawTable) -> Schema:
    """Members, and their types, of the objects that become a table's rows.

    Args:
        table: the rows' table.
        lists: by member, the table of the elements of a plain list.
    """
    own = {member.name: member.dtype for member in _fields(table).row.fields}
    return own | {name: pl.List(_fields(elements).row) for name, elements in lists.items()}  # type: ignore[return-value]


def values(table: RawTable, objects: pl.DataFrame) -> pl.DataFrame:
    """A table's columns, over objects as sent; a column that is not sent is one of the frame's own."""
    fields = _fields(table)
    return objects.select(
        column.made(fields.sent(column.name)).alias(column.name) if isinstance(column, Sent) else pl.col(column.name)
        for column in table.columns
    )


@cache
def _fields(table: RawTable) -> Fields:
    sent = [column for column in table.columns if isinstance(column, Sent)]
    return Fields(table, {column.name: column.path for column in sent}, {column.name: column.sent for column in sent})


def _sent(column: Column, path: str, sent: pl.DataType, made: Callable[[pl.Expr], pl.Expr] = _as_sent) -> Sent:
    steps = tuple(path.split(".")) if path else (camel(column.name),)
    return Sent(column.name, column.type, column.description, column.nullable, column.pii, steps, sent, made)


def _json_objects(values: pl.Expr) -> pl.Expr:
    return pl.format("[{}]", values.list.eval(pl.element().struct.json_encode()).list.join(","))


def _total(amounts: pl.Expr) -> pl.Expr:
    sums = amounts.list.eval(pl.element().cast(pl.Decimal(18, 6))).list.sum()
    return pl.when(amounts.list.len() > 0).then(sums)


def _quantity(name: str, quantities: pl.Expr) -> pl.Expr:
    is_it = pl.element().struct.field("name") == name
    return quantities.list.eval(pl.element().struct.field("quantity").filter(is_it)).list.first()
