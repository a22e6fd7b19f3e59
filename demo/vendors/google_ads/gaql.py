"""The part of the Google Ads Query Language that reports need: SELECT, FROM, WHERE, LIMIT."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import polars as pl

from demo.vendors.google_ads.errors import GoogleAdsError

_QUERY = re.compile(
    r"^\s*SELECT\s+(?P<fields>.+?)\s+FROM\s+(?P<resource>\w+)"
    r"(?:\s+WHERE\s+(?P<where>.+?))?(?:\s+ORDER\s+BY\s+(?P<order>.+?))?(?:\s+LIMIT\s+(?P<limit>\d+))?\s*$",
    re.IGNORECASE | re.DOTALL,
)
_VALUE = r"'[^']*'|\"[^\"]*\"|[\w.-]+"
_CONDITION = re.compile(
    rf"\s*(?P<field>[\w.]+)\s*(?:"
    rf"BETWEEN\s+(?P<low>{_VALUE})\s+AND\s+(?P<high>{_VALUE})"
    rf"|(?P<negated>NOT\s+)?IN\s*\((?P<values>[^)]*)\)"
    rf"|(?P<operator>!=|>=|<=|=|>|<)\s*(?P<value>{_VALUE}))\s*(?:AND\b|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Condition:
    """A condition on one field.

    Attributes:
        field: GAQL field.
        operator: BETWEEN, IN, NOT IN, or a comparison.
        values: as text.
    """

    field: str
    operator: str
    values: tuple[str, ...]

    def on(self, column: pl.Expr) -> pl.Expr:
        """The condition over a column of text."""
        first, last = pl.lit(self.values[0]), pl.lit(self.values[-1])
        match self.operator:
            case "BETWEEN":
                return column.is_between(first, last)
            case "IN":
                return column.is_in(self.values)
            case "NOT IN":
                return ~column.is_in(self.values)
            case "=":
                return column == first
            case "!=":
                return column != first
            case ">=":
                return column >= first
            case "<=":
                return column <= first
            case ">":
                return column > first
            case _:
                return column < first


@dataclass(frozen=True)
class GaqlQuery:
    """A parsed query."""

    fields: tuple[str, ...]
    resource: str
    conditions: tuple[Condition, ...]
    limit: int | None

    @property
    def is_segmented(self) -> bool:
        """Whether it asks for metrics or segments, and not for the objects alone."""
        return any(f.startswith(("metrics.", "segments.")) for f in self.fields)

    def days(self) -> int | None:
        """Number of days that the conditions on segments.date leave; None: no bound."""
        bounds = [c.values for c in self.conditions if c.field == "segments.date" and c.operator in ("=", "BETWEEN")]
        if not bounds:
            return None
        return min((date.fromisoformat(v[-1]) - date.fromisoformat(v[0])).days + 1 for v in bounds)


def parse(text: str) -> GaqlQuery:
    """A query.

    Raises:
        GoogleAdsError: it is not GAQL, or uses more of it than this server speaks.
    """
    matched = _QUERY.match(text)
    if matched is None:
        raise GoogleAdsError(
            400,
            "queryError",
            "UNEXPECTED_INPUT",
            f"Error in query: unexpected input: {text}",
        )
    return GaqlQuery(
        fields=tuple(f.strip() for f in matched["fields"].split(",")),
        resource=matched["resource"].lower(),
        conditions=_conditions(matched["where"] or ""),
        limit=int(matched["limit"]) if matched["limit"] else None,
    )


def _conditions(where: str) -> tuple[Condition, ...]:
    found, position = [], 0
    while position < len(where):
        matched = _CONDITION.match(where, position)
        if matched is None:
            raise GoogleAdsError(
                400,
                "queryError",
                "BAD_OPERATOR",
                f"Error in WHERE clause at: {where[position:]}",
            )
        found.append(_condition(matched))
        position = matched.end()
    return tuple(found)


def _condition(matched: re.Match[str]) -> Condition:
    name = matched["field"]
    if matched["low"]:
        return Condition(name, "BETWEEN", (_unquoted(matched["low"]), _unquoted(matched["high"])))
    if matched["values"] is not None:
        values = tuple(_unquoted(value) for value in matched["values"].split(","))
        return Condition(name, "NOT IN" if matched["negated"] else "IN", values)
    return Condition(name, matched["operator"], (_unquoted(matched["value"]),))


def _unquoted(value: str) -> str:
    """A value as the columns' text has it: booleans are lower case there."""
    bare = value.strip()
    return bare.lower() if bare.upper() in ("TRUE", "FALSE") else bare.strip("'\"")
