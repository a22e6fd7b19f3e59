"""What holds for every file of the product, whatever it does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from shophouse.settings import PROJECT_ROOT

STATIONS = ("shophouse", "ingestion", "demo", "forecasting", "orchestration")
LONGEST_FUNCTION = 60


def _functions(folder: Path) -> Iterator[tuple[str, int]]:
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                yield f"{file.relative_to(PROJECT_ROOT)}: {node.name}", node.end_lineno - node.lineno + 1


@pytest.mark.parametrize("station", STATIONS)
def test_no_function_is_longer_than_a_screen(station: str) -> None:
    long = {name: lines for name, lines in _functions(PROJECT_ROOT / station) if lines > LONGEST_FUNCTION}

    assert not long, f"split these: no function has more than {LONGEST_FUNCTION} lines"
