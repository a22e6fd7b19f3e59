"""One hand in the YAML that people write: what stands in it is easy to read, to compare and to change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.dbt.conftest import PROJECT_DIR

SEEDS_DIR = PROJECT_DIR.parent / "seeds"
LONGEST_LINE = 160
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


def test_no_line_is_longer_than_a_screen() -> None:
    long = [place for place, line in _lines() if len(line) > LONGEST_LINE]

    assert not long, f"fold these to {LONGEST_LINE} characters"


def test_no_file_states_a_version_that_dbt_ignores() -> None:
    stated = [place for place, line in _lines() if line.startswith("version: 2")]

    assert not stated


def test_descriptions_are_quoted_with_double_quotes() -> None:
    single = [place for place, line in _lines() if SINGLE_QUOTED.match(line)]

    assert not single
