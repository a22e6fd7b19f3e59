"""The queries that README.md shows answer on a finished demo."""

from __future__ import annotations

import re
import shlex

import pytest

from shophouse.settings import PROJECT_ROOT
from tests.end_to_end.home import Home

pytestmark = pytest.mark.slow

_COMMAND = re.compile(r"^uv run shophouse (sql .+)$", re.MULTILINE)


def test_every_query_of_the_readme_finds_rows(finished: Home) -> None:
    commands = _COMMAND.findall((PROJECT_ROOT / "README.md").read_text(encoding="utf-8"))
    assert commands, "README.md shows no query"
    for command in commands:
        arguments = shlex.split(command, comments=True)
        done = finished.shophouse(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        # A shop of which no source states anything else than we hold has no finding.
        assert finished.rows(arguments[1]) or "audit.findings" in command, f"{command}: no rows"
