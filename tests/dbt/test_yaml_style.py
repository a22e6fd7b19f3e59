"""One hand in the YAML that people write: what stands in it is easy to read, to compare and to change."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import yaml

from tests.dbt.conftest import PROJECT_DIR

SEEDS_DIR = PROJECT_DIR.parent / "seeds"
LONGEST_LINE = 160
MOST_REPEATED = 3
SINGLE_QUOTED = re.compile(r"^\s*(?:- )?description: '(?!.*\")")


def _files() -> list[Path]:
    """YAML written by hand; what is generated is held to its declaration."""
    files = sorted(path for folder in (PROJECT_DIR / "models", SEEDS_DIR) for path in folder.rglob("*.yml"))
    return [path for path in files if not path.read_text(encoding="utf-8").startswith("# Written by ")]


def _lines() -> Iterator[tuple[str, str]]:
    """Every line, with its place."""
    for path in _files():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            yield f"{path.name}:{number}", line


def _described() -> Iterator[tuple[str, str, str]]:
    """Every column that is described: of which model, its name, and what is written of it."""
    for path in _files():
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
        for model in entries.get("models", []) + entries.get("seeds", []):
            for column in model.get("columns") or []:
                if "description" in column:
                    yield model["name"], column["name"], " ".join(column["description"].split())


def test_no_line_is_longer_than_a_screen() -> None:
    long = [place for place, line in _lines() if len(line) > LONGEST_LINE]

    assert not long, f"fold these to {LONGEST_LINE} characters"


def test_no_file_states_a_version_that_dbt_ignores() -> None:
    stated = [place for place, line in _lines() if line.startswith("version:")]

    assert not stated


def test_descriptions_are_quoted_with_double_quotes() -> None:
    single = [place for place, line in _lines() if SINGLE_QUOTED.match(line)]

    assert not single


def test_what_a_column_means_everywhere_is_said_once() -> None:
    models = defaultdict(list)
    for model, column, description in _described():
        if not description.startswith("{{ doc("):
            models[column, description].append(model)
    repeated = {said: where for said, where in models.items() if len(where) > MOST_REPEATED}

    assert not repeated, "say it once, in a doc block of models/docs/columns.md"
