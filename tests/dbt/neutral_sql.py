"""Models as SQL of no engine in particular: what a portability macro would write is one call, `portable_<macro>(...)`.

What is left is a model's own SQL, every branch and loop written out, with the types that the macros give.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml
from jinja2 import Environment
from jinja2.runtime import Macro

from tests.dbt.conftest import PROJECT_DIR

PORTABLE = "portable_"
"""What the calls begin with that stand for macros."""

_DATE_FUNCTIONS = {"dateadd": "timestamp", "date_trunc": "timestamp", "datediff": "bigint"}
"""Functions of dbt's own namespace, each with its result's type."""

_RESULTS = {
    "explode_dates": "date",
    "explode_json_array": "string",
    "json_text": "string",
    "hash_number": "bigint",
    "sha256_hex": "string",
    "string_agg": "string",
    "regexp_replace_all": "string",
    "regexp_like": "boolean",
    "utc_timestamp": "timestamp",
    "local_timestamp": "timestamp",
    "utc_from_local": "timestamp",
    "epoch_seconds": "bigint",
    "incremental_strategy": "string",
    "is_same": "boolean",
    "iso_day_of_week": "int",
    "iso_week": "int",
    "iso_year": "int",
    "day_name": "string",
    "month_name": "string",
}
"""Every dispatched macro, with its result's type."""

_NOT_SQL = frozenset({"separator", "pattern", "replacement", "path"})
"""Parameters that are text of the macro's own and no expression."""


@cache
def neutral_sql(model: Path, *, incremental: bool = False) -> tuple[str, frozenset[str]]:
    """A model's own SQL.

    Args:
        model: its file.
        incremental: as it is written once its table exists, which it reads as `models.<its name>`.

    Returns:
        The SQL, in which models and seeds are tables of `models` and sources tables of their own schema; and the names
        of those it refers to.
    """
    template = _environment().from_string(model.read_text(encoding="utf-8"))
    _referred.clear()
    sql = template.render(this=f"models.{model.stem}", is_incremental=lambda: incremental)
    return sql, frozenset(_referred)


_referred: set[str] = set()
"""Names that the template being rendered has referred to: a macro sees what the environment has, and no argument of it."""


def _reference(name: str) -> str:
    _referred.add(name)
    return f"models.{name}"


@cache
def _environment() -> Environment:
    settings = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))
    environment = Environment(extensions=["jinja2.ext.do"])
    macros: dict[str, Macro] = {}
    environment.globals |= {
        "model": SimpleNamespace(resource_type="model"),
        "adapter": SimpleNamespace(dispatch=lambda name: _stand_in(macros[f"duckdb__{name}"])),
        "config": lambda **_: "",
        "dbt": SimpleNamespace(
            type_string=lambda: "string",
            **{name: _date_function(name, result) for name, result in _DATE_FUNCTIONS.items()},
        ),
        "execute": False,
        "ref": _reference,
        "return": _return,
        "run_started_at": datetime(2026, 1, 31),
        "source": lambda schema, table: f"{schema}.{table}",
        "var": lambda name, *_: settings["vars"][name],
    }
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted((PROJECT_DIR / "macros").rglob("*.sql")))
    macros |= {name: macro for name, macro in vars(environment.from_string(text).module).items() if name[0] != "_"}
    environment.globals |= {name: _caller(macro) for name, macro in macros.items()}
    return environment


class _Returned(Exception):
    """What a macro hands over that is not text, as dbt does it."""

    def __init__(self, value: object) -> None:
        self.value = value


def _return(value: object) -> object:
    if isinstance(value, str):
        return value
    raise _Returned(value)


def _caller(macro: Macro) -> Callable[..., object]:
    def call(*values: object, **named: object) -> object:
        try:
            return macro(*values, **named)
        except _Returned as returned:
            return returned.value

    return call


def _stand_in(macro: Macro) -> Callable[..., str]:
    name = macro.name.removeprefix("duckdb__")

    def call(*values: str) -> str:
        given = dict(zip(macro.arguments, values, strict=False))
        sql = ", ".join(value for argument, value in given.items() if argument not in _NOT_SQL)
        return _typed(name, sql, _RESULTS[name])

    def rows(relation: str, *columns: str) -> str:
        *read, alias = columns
        sql = ", ".join(f"{relation}.{column}" for column in read)
        return f"select {relation}.*, {_typed(name, sql, _RESULTS[name])} as {alias} from {relation}"

    return rows if "relation" in macro.arguments else call


def _date_function(name: str, result: str) -> Callable[..., str]:
    return lambda *values: _typed(name, ", ".join(map(str, values)), result)


def _typed(name: str, arguments: str, result: str) -> str:
    return f"cast({PORTABLE}{name}({arguments}) as {result})"


def columns_of_sources_and_seeds() -> Iterator[tuple[str, dict[str, str]]]:
    """The tables that no model makes.

    Yields:
        Name, as `neutral_sql` has it, and the SQL type of each column.
    """
    for path in [*(PROJECT_DIR / "models").rglob("_*__sources.yml"), *(PROJECT_DIR / "seeds").glob("*.yml")]:
        document: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for source in document.get("sources", []):
            for table in source["tables"]:
                yield f"{source['name']}.{table['name']}", {c["name"]: c["data_type"] for c in table["columns"]}
        for seed in document.get("seeds", []):
            types = seed.get("config", {}).get("column_types", {})
            yield f"models.{seed['name']}", {c["name"]: types.get(c["name"], "string") for c in seed["columns"]}
