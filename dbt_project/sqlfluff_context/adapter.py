"""dbt's adapter object for sqlfluff's jinja templater: it finds the DuckDB variant of a portability macro."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment

_PORTABILITY = Path(__file__).resolve().parent.parent / "macros" / "portability"


def dispatch(name: str) -> Callable[..., str]:
    """The DuckDB variant of a macro.

    Raises:
        KeyError: there is none; every dispatched macro needs one.
    """
    return _variants()[f"duckdb__{name}"]


@cache
def _variants() -> dict[str, Callable[..., str]]:
    environment = Environment()
    environment.globals["target"] = {"database": "build"}
    variants: dict[str, Any] = {}
    for path in sorted(_PORTABILITY.glob("*.sql")):
        module = environment.from_string(path.read_text(encoding="utf-8")).module
        variants |= {name: macro for name, macro in vars(module).items() if name.startswith("duckdb__")}
    return variants
