"""The rules of SQL that DuckDB and Spark both run, to the same answers, as far as a parser can hold them.

What is not known to run on both is refused: the operators, functions and constructs of both engines are listed. The types
of columns are followed from the sources through every model, so that rules of dates, decimals and text are held too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import Schema
from sqlglot.tokens import Token, TokenType

from tests.dbt.neutral_sql import PORTABLE


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


OPERATORS = _words("( ) , . * + - / % = <> < <= > >= || :: ;")
"""Of both engines. `^` is a power in DuckDB and an exclusive or in Spark."""

FUNCTIONS = _words(
    """
    abs array_agg avg cast ceil coalesce concat count dense_rank extract first_value floor greatest lag last_day
    last_value lead least length lower make_date max max_by median min min_by nullif percentile_cont power rank
    replace round row_number split_part sqrt substr substring sum trim try_cast upper
    """
)
"""Of the same name and the same answers on both engines; any other is for a macro to call."""

BEFORE_PARENTHESES = _words(
    """
    all and as between by case cross decimal distinct else except exists filter from group having in intersect is join
    like not on or over qualify rollup select then union using when where with
    """
)
"""Key words that may stand where a function's name does."""

CONSTRUCTS = _words(
    """
    Abs Add Alias And ArgMax ArgMin ArrayAgg Avg Between Boolean CTE Case Cast Ceil Coalesce Column Concat Count DPipe
    DataType DataTypeParam DateFromParts DenseRank Distinct Div EQ Except Exists Extract Filter FirstValue Floor From GT
    GTE Greatest Group Having ILike Identifier If In Intersect Is Join LT LTE Lag LastDay LastValue Lead Least Length
    Like Literal Lower MD5 Max Median Min Mod Mul NEQ Neg Not Null NullSafeEQ NullSafeNEQ Nullif Or Order Ordered Paren
    PercentileCont Pow Qualify Rank Replace Rollup Round RowNumber Select SplitPart Sqrt Star Sub Subquery Substring Sum
    Table TableAlias Trim TryCast Union Upper Var Where Window WindowSpec With WithinGroup
    """
)
"""What a statement of both engines is made of, in sqlglot's names."""

_TEXT = frozenset({exp.DType.TEXT, exp.DType.VARCHAR})
_WHOLE = frozenset({exp.DType.INT, exp.DType.BIGINT})
_DECIMAL = frozenset({exp.DType.DECIMAL})
_DOUBLE = frozenset({exp.DType.DOUBLE})
_DATE = frozenset({exp.DType.DATE})
_TIMESTAMP = frozenset({exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ})
_BOOLEAN = frozenset({exp.DType.BOOLEAN})
_FAMILIES = (_TEXT, _WHOLE | _DECIMAL | _DOUBLE, _DATE, _TIMESTAMP, _BOOLEAN)
_TYPES = frozenset[exp.DType]().union(*_FAMILIES)
_DATE_PARTS = frozenset({"YEAR", "QUARTER", "MONTH", "DAY", "HOUR", "MINUTE"})

_METADATA = DuckDB.EXPRESSION_METADATA | {exp.SplitPart: {"returns": exp.DType.TEXT}}
"""sqlglot knows split_part, but not what it returns."""


def breaches(sql: str, schema: Schema) -> tuple[set[str], exp.Query]:
    """The rules that a model breaks.

    Args:
        sql: the model's own SQL, one statement, with neutral calls for macros.
        schema: columns and types of the tables that it reads.

    Returns:
        The broken rules, each with what breaks it; and the statement, its columns typed.

    Raises:
        sqlglot.errors.ParseError: DuckDB could not read it either.
    """
    tokens = DuckDB().tokenize(sql)
    statement, other = (_reader(ordering).parser().parse(tokens, sql)[0] for ordering in _NULL_ORDERINGS)
    assert isinstance(statement, exp.Query) and isinstance(other, exp.Query)
    found = {*_breaches_of_tokens(tokens), *_unstated_nulls(statement, other), *_broken(statement, RULES)}
    typed = _typed(statement, schema)
    return found | {*_broken(typed, RULES_OF_TYPES)}, typed


_NULL_ORDERINGS = ("nulls_are_large", "nulls_are_small")
"""Defaults by which only an order that says where nulls go is read the same."""


def _reader(null_ordering: str) -> DuckDB:
    dialect = DuckDB()
    dialect.NULL_ORDERING = null_ordering
    return dialect


def _breaches_of_tokens(tokens: list[Token]) -> Iterator[str]:
    for token, following in pairwise([*tokens, Token(TokenType.SEMICOLON, ";")]):
        if token.token_type in (TokenType.STRING, TokenType.NUMBER, TokenType.IDENTIFIER):
            continue
        word = token.text.lower().split()[-1]
        if token.token_type is TokenType.COMMA and following.token_type in _AFTER_A_LIST:
            yield "a trailing comma"
        elif token.token_type is TokenType.TEXT and word != "string":
            yield f"a bare text type: {word}"
        elif not word[0].isidentifier():
            if word not in OPERATORS:
                yield f"an operator of one engine: {word}"
        elif following.token_type is TokenType.L_PAREN and not _may_be_called(word):
            yield f"a function of one engine: {word}"


def _may_be_called(word: str) -> bool:
    return word in FUNCTIONS | BEFORE_PARENTHESES or word.startswith(PORTABLE)


_AFTER_A_LIST = (TokenType.FROM, TokenType.R_PAREN, TokenType.SEMICOLON)


def _unstated_nulls(statement: exp.Query, other: exp.Query) -> Iterator[str]:
    for one, two in zip(statement.find_all(exp.Ordered), other.find_all(exp.Ordered), strict=True):
        is_percentile = one.find_ancestor(exp.WithinGroup) is not None  # which passes nulls over
        if one.args["nulls_first"] != two.args["nulls_first"] and not is_percentile:
            yield f"an order without nulls first or last: {one.this.sql('duckdb')}"


def _typed(statement: exp.Query, schema: Schema) -> exp.Query:
    qualified = qualify(
        statement,
        schema=schema,
        dialect="duckdb",
        expand_alias_refs=False,
        quote_identifiers=False,
        validate_qualify_columns=False,
    )
    return annotate_types(qualified, schema=schema, expression_metadata=_METADATA, dialect="duckdb")


@dataclass(frozen=True)
class Rule:
    """What must not be.

    Attributes:
        name: of the breach.
        nodes: classes of nodes that can break it.
        is_broken: whether one does.
    """

    name: str
    nodes: tuple[type[exp.Expr], ...]
    is_broken: Callable[[exp.Expr], bool]


def _broken(statement: exp.Query, rules: tuple[Rule, ...]) -> Iterator[str]:
    for node in statement.walk():
        for rule in _rules_of(type(node), rules):
            if rule.is_broken(node):
                yield f"{rule.name}: {node.sql('duckdb')[:120]}"


@cache
def _rules_of(node: type[exp.Expr], rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if issubclass(node, rule.nodes))


def _is_foreign(node: exp.Expr) -> bool:
    is_stand_in = isinstance(node, exp.Anonymous) and node.name.startswith(PORTABLE)
    return type(node).__name__ not in CONSTRUCTS and not is_stand_in


def _named_window(node: exp.Expr) -> str:
    return node.alias if isinstance(node, exp.Window) else ""


def _can_divide_by_zero(node: exp.Expr) -> bool:
    divisor = node.expression.unnest()
    divisor = divisor.this if isinstance(divisor, exp.Cast) else divisor
    if isinstance(divisor, exp.Nullif):
        return divisor.expression.name != "0"
    return not divisor.is_number or float(divisor.name) == 0


def _is_alias_in_where(node: exp.Expr) -> bool:
    """A column that none of the select's tables has, but one of its aliases."""
    where = node.find_ancestor(exp.Where, exp.Select)
    select = where.parent if isinstance(where, exp.Where) else None
    return isinstance(select, exp.Select) and node.text("table") == "" and node.name in select.named_selects


def _is_double(node: exp.Expr) -> bool:
    """Whether the value is a double on both engines: what is counted with one is one."""
    if isinstance(node, exp.Binary | exp.Paren | exp.Neg):
        return any(map(_is_double, _parts(node)))
    return _is_double(node.this) if isinstance(node, exp.Nullif) else _is(node, _DOUBLE)


def _is_implicit_rounding(node: exp.Expr) -> bool:
    return (
        isinstance(node, exp.Cast)
        and node.to.this in _WHOLE
        and _is(node.this, _DECIMAL | _DOUBLE)
        and not isinstance(node.this.unnest(), exp.Round | exp.Floor | exp.Ceil)
    )


def _is_double_cast_to_money(node: exp.Expr) -> bool:
    is_money = isinstance(node, exp.Cast) and node.to.sql("duckdb") == "DECIMAL(18, 4)"
    return is_money and _is_double(node.this.unnest())


def _mixes_types(node: exp.Expr) -> bool:
    return any(
        sum(any(_is(value, family) for value in values) for family in _FAMILIES) > 1 for values in _of_one_type(node)
    )


def _of_one_type(node: exp.Expr) -> Iterator[list[exp.Expr]]:
    if isinstance(node, exp.SetOperation):
        yield from map(list, zip(node.left.selects, node.right.selects, strict=False))
    elif isinstance(node, exp.Case):
        branches = node.args["ifs"]
        yield [value for value in (*(branch.args["true"] for branch in branches), node.args.get("default")) if value]
        yield [node.this, *(branch.this for branch in branches)] if node.this else []
    else:
        yield _parts(node)


def _parts(node: exp.Expr) -> list[exp.Expr]:
    return list(node.iter_expressions())


def _is(node: exp.Expr, types: frozenset[exp.DType]) -> bool:
    return node.type is not None and node.type.this in types


def _any_is(node: exp.Expr, types: frozenset[exp.DType]) -> bool:
    return any(_is(part, types) for part in _parts(node))


RULES = (
    Rule("not of both engines", (exp.Expr,), _is_foreign),
    Rule("a star that leaves out or replaces columns", (exp.Star,), lambda star: any(star.args.values())),
    Rule("a type of one engine", (exp.DataType,), lambda type_: type_.this not in _TYPES),
    Rule("a part of a date that differs", (exp.Extract,), lambda part: part.name.upper() not in _DATE_PARTS),
    Rule("a join of one engine", (exp.Join,), lambda join: join.args.get("method") is not None),
    Rule("a union by name", (exp.SetOperation,), lambda union: bool(union.args.get("by_name"))),
    # Spark reads on: a name that is not quoted may have a minus in it, to be told that it may not.
    Rule("a minus after the name of a window", (exp.Sub,), lambda minus: bool(_named_window(minus.left))),
    Rule("distinct on", (exp.Distinct,), lambda distinct: distinct.args.get("on") is not None),
    Rule("a division that zero can break", (exp.Div, exp.Mod), _can_divide_by_zero),
)
"""Rules of the text alone."""

RULES_OF_TYPES = (
    Rule("an alias in where", (exp.Column,), _is_alias_in_where),
    Rule(
        "arithmetic with a time", (exp.Add, exp.Sub, exp.Mul, exp.Div), lambda sum_: _any_is(sum_, _DATE | _TIMESTAMP)
    ),
    Rule("text joined to what is no text", (exp.DPipe, exp.Concat), lambda text: _any_is(text, _TYPES - _TEXT)),
    Rule("a division of decimals", (exp.Div,), lambda ratio: _any_is(ratio, _DECIMAL) and not _is_double(ratio)),
    Rule("an average of decimals", (exp.Avg, exp.Median), lambda average: not _is_double(average.this)),
    Rule(
        "a percentile of decimals",
        (exp.WithinGroup,),
        lambda group: not _is_double(group.expression.expressions[0].this),
    ),
    Rule("a fraction cast to an integer", (exp.Cast,), _is_implicit_rounding),
    Rule("a double cast to money", (exp.Cast,), _is_double_cast_to_money),
    Rule(
        "an implicit cast",
        (exp.Predicate, exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least, exp.Case, exp.SetOperation),
        _mixes_types,
    ),
)
"""Rules of what columns hold."""
