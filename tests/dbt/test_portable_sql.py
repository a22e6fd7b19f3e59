"""Models keep to the SQL that DuckDB and Spark both run; what differs lives in macros/portability."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlglot
from sqlglot import ErrorLevel

from tests.dbt.conftest import PROJECT_DIR, Models

AVOIDED: dict[str, str] = {
    r"\*\s*exclude\b": "EXCLUDE",
    r"\*\s*replace\s*\(": "REPLACE in a star",
    r"\bunion\s+(all\s+)?by\s+name\b": "UNION BY NAME",
    r",\s*(from\b|\)(?!\s*%))": "a trailing comma",
    r"\bstring_agg\s*\(": "string_agg: use the macro",
    r"\bquantile(_cont|_disc)?\s*\(": "quantile_cont: use the macro percentile",
    r"\barg_(max|min)\s*\(": "arg_max: max_by runs on both",
    r"\bignore\s+nulls\s*\)": "ignore nulls inside the call",
    r"\bstr[fp]time\s*\(": "strftime: use a macro of portability/time.sql",
    r"\bisodow\b|\bdayofweek\b|\bdow\b": "weekday functions: use iso_day_of_week",
    r"\btime_bucket\s*\(": "time_bucket",
    r"\bdate_?diff\s*\(": "datediff: use days_between",
    r"\bvarchar\b|::\s*text\b|\bas\s+text\b": "a bare text type: use dbt.type_string()",
    r"\bhugeint\b": "hugeint",
    r"\btimestamptz\b|\btimestamp\s+with\s+time\s+zone\b": "a timestamp with a zone: use utc_timestamp",
    r"\bunnest\s*\(": "unnest: use explode_json_array or explode_dates",
    r"\bgenerate_series\s*\(|\brange\s*\(": "generate_series: use explode_dates",
    r"->": "an arrow: use json_text; no lambdas",
    r"\bstruct_pack\s*\(": "struct_pack",
    r"(?<!:)//": "integer division: cast(floor(a / b) as int)",
    r"\basof\b": "ASOF",
    r"\bregexp_(matches|replace|extract)\s*\(": "regular expressions: use a macro of portability/text.sql",
    r"\bnow\s*\(|\bcurrent_(date|timestamp)\b": "the clock: use as_of_timestamp or as_of_date",
    r"/\s*(?!nullif\b|\d)[a-z(]": "a division that zero can break: use safe_divide",
}
"""Patterns of PORTABLE_SQL's avoid list over a model's own text, and what to write instead."""

_MODELS = sorted((PROJECT_DIR / "models").rglob("*.sql"))
_NOT_SQL = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|--[^\n]*|'(?:[^']|'')*'", re.DOTALL)


def _own_sql(text: str) -> str:
    """A model's SQL without Jinja, comments and string literals."""
    return _NOT_SQL.sub(" expression ", text).lower()


@pytest.mark.parametrize("model", _MODELS, ids=lambda path: path.stem)
def test_a_model_avoids_what_only_one_engine_runs(model: Path) -> None:
    sql = _own_sql(model.read_text(encoding="utf-8"))

    found = [advice for pattern, advice in AVOIDED.items() if re.search(pattern, sql)]

    assert not found


@pytest.mark.slow
def test_every_model_parses_as_duckdb_and_translates_to_spark(built_models: Models) -> None:
    failed = {}
    for name, node in built_models.items():
        try:
            sqlglot.transpile(node["compiled_code"], read="duckdb", write="spark", unsupported_level=ErrorLevel.IGNORE)
        except sqlglot.errors.SqlglotError as error:
            failed[name] = str(error)

    assert not failed


def test_every_portability_macro_has_both_engines() -> None:
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in (PROJECT_DIR / "macros" / "portability").glob("*.sql")
    )
    dispatched = set(re.findall(r"adapter\.dispatch\('(\w+)'\)", text))
    defined = set(re.findall(r"macro (\w+__\w+)\(", text))

    assert dispatched
    assert defined == {f"{engine}__{name}" for engine in ("duckdb", "spark") for name in dispatched}
