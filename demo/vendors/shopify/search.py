"""Shopify's search syntax (the ``query:`` argument) as a polars predicate."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import polars as pl

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>\()|(?P<close>\))|
        (?P<word>AND|OR|NOT)(?=[\s()]|$)|
        (?P<minus>-)(?=[\w(])|
        (?:(?P<field>[A-Za-z_.]+):)?(?P<compare>>=|<=|>|<)?
        (?:'(?P<single>(?:[^'\\]|\\.)*)'|"(?P<double>(?:[^"\\]|\\.)*)"|(?P<plain>[^\s()'"]+))
    )""",
    re.VERBOSE,
)
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_NUMBERS = ("number", "total_price", "orders_count", "total_spent")
_FLAGS = ("test", "active", "tracked", "gift_card")


@dataclass
class Filter:
    """A predicate over rows.

    Attributes:
        expression: true for rows that match.
        columns: that it reads.
        unknown: field names that the resource cannot be searched by; Shopify ignores such terms with a warning.
    """

    expression: pl.Expr
    columns: set[str] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)


class SearchSyntaxError(Exception):
    """The search text cannot be read."""


def predicate(query: str | None, fields: Mapping[str, str]) -> Filter:
    """Compiles a search text.

    Args:
        query: e.g. ``updated_at:>='2026-10-01T00:00:00Z' status:open``; terms side by side must all match.
        fields: searchable names and the columns behind them; the name "default" serves terms without a name.

    Returns:
        The predicate; of an empty text, one that every row matches.

    Raises:
        SearchSyntaxError: unbalanced brackets, an operator without operand or a value of the wrong kind.
    """
    parser = _Parser(query or "", fields)
    return Filter(parser.parse(), parser.columns, parser.unknown)


class _Parser:
    def __init__(self, query: str, fields: Mapping[str, str]) -> None:
        self._query = query
        self._fields = fields
        self._tokens = self._tokenize(query)
        self._at = 0
        self.columns: set[str] = set()
        self.unknown: list[str] = []

    def _tokenize(self, query: str) -> list[dict[str, str | None]]:
        tokens, at, end = [], 0, len(query.rstrip())
        while at < end:
            match = _TOKEN.match(query, at)
            if match is None:
                raise SearchSyntaxError(f"cannot read {query[at:]!r} in search query {query!r}")
            tokens.append(match.groupdict())
            at = match.end()
        return tokens

    def parse(self) -> pl.Expr:
        if not self._tokens:
            return pl.lit(True)
        expression = self._alternatives()
        if self._at < len(self._tokens):
            raise SearchSyntaxError(f"unbalanced bracket in search query {self._query!r}")
        return expression

    def _next(self) -> dict[str, str | None] | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _alternatives(self) -> pl.Expr:
        expression = self._conjunction()
        while (token := self._next()) and token["word"] == "OR":
            self._at += 1
            expression = expression | self._conjunction()
        return expression

    def _conjunction(self) -> pl.Expr:
        expression = self._negation()
        while (token := self._next()) and token["word"] != "OR" and not token["close"]:
            if token["word"] == "AND":
                self._at += 1
            expression = expression & self._negation()
        return expression

    def _negation(self) -> pl.Expr:
        token = self._next()
        if token and (token["word"] == "NOT" or token["minus"]):
            self._at += 1
            return ~self._negation()
        return self._primary()

    def _primary(self) -> pl.Expr:
        token = self._next()
        if token is None or token["word"] or token["close"]:
            raise SearchSyntaxError(f"an operator lacks its operand in search query {self._query!r}")
        self._at += 1
        if not token["open"]:
            return self._term(token)
        expression = self._alternatives()
        closing = self._next()
        if closing is None or not closing["close"]:
            raise SearchSyntaxError(f"unbalanced bracket in search query {self._query!r}")
        self._at += 1
        return expression

    def _term(self, token: dict[str, str | None]) -> pl.Expr:
        name, compare = token["field"] or "default", token["compare"] or ""
        plain = token["plain"]
        value = plain if plain is not None else token["single"] if token["single"] is not None else token["double"]
        assert value is not None
        column = self._fields.get(name)
        if column is None:
            self.unknown.append(name)
            return pl.lit(True)
        self.columns.add(column)
        if value == "*" and plain is not None:
            return pl.col(column).is_not_null()
        values = plain.split(",") if plain is not None and not compare else [value]
        matches = [_match(name, column, compare, v) for v in values]
        return pl.any_horizontal(matches).fill_null(False)


def _match(name: str, column: str, compare: str, value: str) -> pl.Expr:
    if column.endswith("_at"):
        return _compared(pl.col(column), compare, _instant(name, value))
    if name in _FLAGS:
        return pl.col(column) == (value.lower() == "true")
    if name == "id" or name.endswith("_id"):
        return _compared(numeric_id(column), compare, _number(name, value.rsplit("/", 1)[-1]))
    if name in _NUMBERS:
        return _compared(pl.col(column), compare, _number(name, value))
    text = pl.col(column).str.to_lowercase()
    if name in ("tag", "discount_code"):
        return text.str.contains(f'"{value.lower()}"', literal=True)
    if name == "default":
        return text.str.contains(value.lower(), literal=True)
    if value.endswith("*"):
        return text.str.starts_with(value[:-1].lower())
    return text == value.lower()


def _compared(column: pl.Expr, compare: str, value: datetime | int) -> pl.Expr:
    compared: pl.Expr = _COMPARE[compare](column, value)
    return compared


def numeric_id(column: str) -> pl.Expr:
    """The number in a gid, by which Shopify sorts and compares ids."""
    return pl.col(column).str.extract(r"/(\d+)(?:\?.*)?$").cast(pl.Int64)


def _instant(name: str, value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise SearchSyntaxError(f"{name}: {value!r} is no ISO 8601 date or instant") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _number(name: str, value: str) -> int:
    try:
        return int(value)
    except ValueError as error:
        raise SearchSyntaxError(f"{name}: {value!r} is no whole number") from error
