"""Models and tests keep to the SQL that DuckDB and Spark both run; what differs lives in macros/portability.

Not held, because it cannot be read from a model's text: that a partition of an incremental model is written whole, that
sums and products of decimals stay within both engines' widths, that an order leaves no ties, and that max_by and min_by
take no null, which DuckDB passes over and Spark returns. What an engine does with a construct of both is taken from
trials on it; sqlglot's own translation is no judge, as it passes everything. tests/spark builds the models on both.
"""

from __future__ import annotations

import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from sqlglot import exp
from sqlglot.schema import MappingSchema

from tests.dbt.conftest import PROJECT_DIR
from tests.dbt.neutral_sql import columns_of_sources_and_seeds, neutral_sql
from tests.dbt.portable_sql import RULES, RULES_OF_TYPES, breaches

_MODELS = {
    path.stem: path
    for path in [*sorted((PROJECT_DIR / "models").rglob("*.sql")), *sorted((PROJECT_DIR / "tests").glob("*.sql"))]
}
"""Of the project, its singular tests among them, by name."""

_TABLES = {
    "shop.orders": {
        "order_id": "string",
        "tags": "string",
        "quantity": "int",
        "amount": "decimal(18, 4)",
        "rate": "double",
        "order_date": "date",
        "ordered_at": "timestamp",
        "is_test": "boolean",
    },
    "shop.refunds": {"order_id": "string", "refund_date": "date"},
}


@pytest.fixture(scope="module")
def breaches_of_models() -> dict[str, set[str]]:
    """What each model breaks; a model's columns have the types that the models before it give them."""
    references = {name: neutral_sql(path)[1] for name, path in _MODELS.items()}
    schema = _schema(dict(columns_of_sources_and_seeds()))
    found: dict[str, set[str]] = {}
    for name in TopologicalSorter(references).static_order():
        if name in _MODELS:
            found[name] = _breaches(_MODELS[name], schema)
    return found


def _breaches(model: Path, schema: MappingSchema) -> set[str]:
    found: set[str] = set()
    # The second reading is of a table that the first one typed.
    for incremental in (False, True) if "is_incremental()" in model.read_text(encoding="utf-8") else (False,):
        broken, statement = breaches(neutral_sql(model, incremental=incremental)[0], schema)
        unknown = exp.DataType.build("unknown")
        columns = {column.alias_or_name: column.type or unknown for column in statement.selects}
        schema.add_table(f"models.{model.stem}", columns, dialect="duckdb")
        found |= broken
    return found


def _schema(tables: dict[str, dict[str, str]]) -> MappingSchema:
    schema = MappingSchema(dialect="duckdb")
    for name, columns in tables.items():
        schema.add_table(name, columns, dialect="duckdb")
    return schema


@pytest.mark.parametrize("model", _MODELS)
def test_a_model_is_sql_of_both_engines(breaches_of_models: dict[str, set[str]], model: str) -> None:
    assert not breaches_of_models[model], "write it as both engines read it, or call a macro of macros/portability"


EXAMPLES = [
    # rule, what breaks it, what to write instead
    ("a trailing comma", "select order_id, from shop.orders", "select order_id from shop.orders"),
    ("a trailing comma", "select max(amount,) as most from shop.orders", "select max(amount) as most from shop.orders"),
    (
        "a bare text type",
        "select cast(amount as text) as a from shop.orders",
        "select cast(amount as string) as a from shop.orders",
    ),
    ("a bare text type", "select amount::varchar as a from shop.orders", "select amount::string as a from shop.orders"),
    (
        "an operator of one engine",
        "select quantity // 2 as half from shop.orders",
        "select cast(floor(quantity / 2) as int) as half from shop.orders",
    ),
    (
        "an operator of one engine",
        "select rate ^ 2 as square from shop.orders",
        "select power(rate, 2) as square from shop.orders",
    ),
    ("an operator of one engine", "select [1, 2] as pair", "select 1 as one, 2 as two"),
    ("an operator of one engine", "select {'a': 1} as pair", "select 1 as a"),
    (
        "an operator of one engine",
        "select tags ->> '$.a' as a from shop.orders",
        "select portable_json_text(tags) as a from shop.orders",
    ),
    (
        "an operator of one engine",
        "select array_agg(tags) -> 1 as a from shop.orders",
        "select array_agg(tags) as a from shop.orders",
    ),
    *[
        (
            "a function of one engine",
            f"select {call} as a from shop.orders",
            "select portable_call(tags) as a from shop.orders",
        )
        for call in (
            "arg_max(order_id, order_date)",
            "current_date()",
            "dayofweek(order_date)",
            "date_diff('day', order_date, order_date)",
            "date_trunc('month', order_date)",
            "first(order_id)",
            "generate_series(1, 2)",
            "isodow(order_date)",
            "json_extract_string(tags, '$.a')",
            "left(tags, 1)",
            "list(order_id)",
            "list_transform(tags, lambda x: x)",
            "mode(order_id)",
            "now()",
            "quantile_cont(rate, 0.5)",
            "regexp_matches(tags, 'a')",
            "regexp_replace(tags, 'a', 'b')",
            "strftime(order_date, '%Y')",
            "string_agg(order_id, ',' order by order_id nulls last)",
            "struct_pack(a := 1)",
            "time_bucket(interval 1 week, order_date)",
            "unnest(tags)",
        )
    ],
    (
        "an order without nulls first or last",
        "select row_number() over (order by amount) as n from shop.orders",
        "select row_number() over (order by amount nulls last) as n from shop.orders",
    ),
    (
        "an order without nulls first or last",
        "select row_number() over (order by amount desc) as n from shop.orders",
        "select row_number() over (order by amount desc nulls first) as n from shop.orders",
    ),
    (
        "an order without nulls first or last",
        "select order_id from shop.orders order by amount nulls last, order_id",
        "select order_id from shop.orders order by amount nulls last, order_id nulls last",
    ),
    (
        "an order without nulls first or last",
        "select sum(amount) over w as a from shop.orders window w as (order by order_id)",
        "select sum(amount) over w as a from shop.orders window w as (order by order_id nulls last)",
    ),
    ("not of both engines", "select current_date as today", "select cast('2026-01-31' as date) as today"),
    (
        "not of both engines",
        "select order_date + interval 1 day as a from shop.orders",
        "select portable_dateadd(order_date) as a from shop.orders",
    ),
    (
        "not of both engines",
        "select lag(tags ignore nulls) over (order by order_id nulls last) as a from shop.orders",
        "select lag(tags) over (order by order_id nulls last) as a from shop.orders",
    ),
    (
        "not of both engines",
        "select order_id from shop.orders where tags glob 'a*'",
        "select order_id from shop.orders where tags like 'a%'",
    ),
    ("not of both engines", "select columns('o.*') from shop.orders", "select * from shop.orders"),
    ("not of both engines", "select order_id from shop.orders using sample 10", "select order_id from shop.orders"),
    (
        "not of both engines",
        "select tags.upper() as tags from shop.orders",
        "select upper(tags) as tags from shop.orders",
    ),
    (
        "a star that leaves out or replaces columns",
        "select * exclude (tags) from shop.orders",
        "select * from shop.orders",
    ),
    (
        "a star that leaves out or replaces columns",
        "select * replace (1 as quantity) from shop.orders",
        "select * from shop.orders",
    ),
    (
        "a type of one engine",
        "select cast(quantity as hugeint) as a from shop.orders",
        "select cast(quantity as bigint) as a from shop.orders",
    ),
    (
        "a type of one engine",
        "select cast(ordered_at as timestamptz) as a from shop.orders",
        "select portable_utc_timestamp(ordered_at) as a from shop.orders",
    ),
    (
        "a part of a date that differs",
        "select extract(dow from order_date) as a from shop.orders",
        "select extract(month from order_date) as a from shop.orders",
    ),
    (
        "a join of one engine",
        "select o.order_id from shop.orders as o asof join shop.refunds as r on o.order_date >= r.refund_date",
        "select o.order_id from shop.orders as o inner join shop.refunds as r on o.order_date >= r.refund_date",
    ),
    (
        "a join of one engine",
        "select o.order_id from shop.orders as o positional join shop.refunds as r",
        "select o.order_id from shop.orders as o cross join shop.refunds as r",
    ),
    (
        "a union by name",
        "select order_id from shop.orders union all by name select order_id from shop.refunds",
        "select order_id from shop.orders union all select order_id from shop.refunds",
    ),
    (
        "a minus after the name of a window",
        "select sum(quantity) over w - quantity as a from shop.orders window w as (order by order_id nulls last)",
        "select (sum(quantity) over w) - quantity as a from shop.orders window w as (order by order_id nulls last)",
    ),
    (
        "distinct on",
        "select distinct on (order_id) order_id from shop.orders",
        "select distinct order_id from shop.orders",
    ),
    (
        "a division that zero can break",
        "select rate / quantity as a from shop.orders",
        "select rate / nullif(quantity, 0) as a from shop.orders",
    ),
    (
        "a division that zero can break",
        "select rate / cast(0 as double) as a from shop.orders",
        "select rate / cast(3600 as double) as a from shop.orders",
    ),
    (
        "an alias in where",
        "select quantity * 2 as twice from shop.orders where twice > 2",
        "select quantity * 2 as twice from shop.orders where quantity * 2 > 2",
    ),
    (
        "an alias in where",
        "select trim(tags) as label from shop.orders where label <> ''",
        "select trim(tags) as tags from shop.orders where tags <> ''",
    ),
    (
        "arithmetic with a time",
        "select order_date - refund_date as days from shop.orders inner join shop.refunds using (order_id)",
        "select portable_datediff(refund_date, order_date) as days from shop.orders inner join shop.refunds using (order_id)",
    ),
    (
        "arithmetic with a time",
        "with days as (select max(order_date) as latest from shop.orders) select latest + 1 as a from days",
        "with days as (select max(order_date) as latest from shop.orders) select portable_dateadd(latest) as a from days",
    ),
    (
        "text joined to what is no text",
        "select order_id || '|' || order_date as a from shop.orders",
        "select order_id || '|' || cast(order_date as string) as a from shop.orders",
    ),
    (
        "a division of decimals",
        "select amount / nullif(quantity, 0) as price from shop.orders",
        "select cast(amount as double) / nullif(quantity, 0) as price from shop.orders",
    ),
    (
        "a division of decimals",
        "select amount / 2 as half from shop.orders",
        "select amount * rate / 2 as half from shop.orders",
    ),
    (
        "an average of decimals",
        "select avg(amount) as a from shop.orders",
        "select avg(cast(amount as double)) as a from shop.orders",
    ),
    (
        "a percentile of decimals",
        "select percentile_cont(0.5) within group (order by amount) as a from shop.orders",
        "select percentile_cont(0.5) within group (order by cast(amount as double)) as a from shop.orders",
    ),
    (
        "a fraction cast to an integer",
        "select cast(amount as int) as a from shop.orders",
        "select cast(round(amount) as int) as a from shop.orders",
    ),
    (
        "a double cast to money",
        "select cast(amount * rate as decimal(18, 4)) as a from shop.orders",
        "select cast(cast(amount * rate as decimal(28, 10)) as decimal(18, 4)) as a from shop.orders",
    ),
    (
        "an implicit cast",
        "select order_id from shop.orders where order_date >= '2026-01-01'",
        "select order_id from shop.orders where order_date >= cast('2026-01-01' as date)",
    ),
    (
        "an implicit cast",
        "select order_id from shop.orders where ordered_at < order_date",
        "select order_id from shop.orders where ordered_at < cast(order_date as timestamp)",
    ),
    (
        "an implicit cast",
        "select order_id from shop.orders where is_test = 1",
        "select order_id from shop.orders where is_test",
    ),
    (
        "an implicit cast",
        "select coalesce(tags, 0) as a from shop.orders",
        "select coalesce(tags, '0') as a from shop.orders",
    ),
    (
        "an implicit cast",
        "select case when is_test then 'yes' else 0 end as a from shop.orders",
        "select case when is_test then 'yes' end as a from shop.orders",
    ),
    (
        "an implicit cast",
        "select order_id from shop.orders union all select quantity from shop.orders",
        "select order_id from shop.orders union all select tags from shop.orders",
    ),
]


@pytest.mark.parametrize(("rule", "sql"), [(rule, broken) for rule, broken, _ in EXAMPLES])
def test_what_one_engine_only_runs_is_refused(rule: str, sql: str) -> None:
    found, _ = breaches(sql, _schema(_TABLES))

    assert rule in {breach.split(":")[0] for breach in found}


@pytest.mark.parametrize("sql", [kept for _, _, kept in EXAMPLES])
def test_what_both_run_is_taken(sql: str) -> None:
    assert breaches(sql, _schema(_TABLES))[0] == set()


def test_every_rule_has_an_example() -> None:
    assert {rule.name for rule in RULES + RULES_OF_TYPES} <= {rule for rule, _, _ in EXAMPLES}


def test_every_portability_macro_has_both_engines() -> None:
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in (PROJECT_DIR / "macros" / "portability").glob("*.sql")
    )
    dispatched = set(re.findall(r"adapter\.dispatch\('(\w+)'\)", text))
    defined = set(re.findall(r"macro (\w+__\w+)\(", text))

    assert dispatched
    assert defined == {f"{engine}__{name}" for engine in ("duckdb", "spark") for name in dispatched}
