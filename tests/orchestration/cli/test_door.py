"""The door of the command line: what a command needs is imported when it runs, not when the help is read."""

from __future__ import annotations

import subprocess
import sys

import pytest

from shophouse.settings import PROJECT_ROOT

HEAVY = {"dagster", "dagster_dbt", "dbt", "dlt", "numpy", "pandas", "polars", "pyarrow", "sqlalchemy", "statsforecast"}
ENTRANCES = ["import orchestration.cli.main"]
"""What a process imports before it does anything."""


@pytest.mark.parametrize("entrance", ENTRANCES)
def test_nothing_heavy_is_imported_at_the_door(entrance: str) -> None:
    told = f"{entrance}; import sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    said = subprocess.run([sys.executable, "-c", told], cwd=PROJECT_ROOT, check=True, capture_output=True, text=True)
    assert HEAVY & set(said.stdout.split()) == set()


def test_a_process_of_a_run_may_keep_what_it_compiled() -> None:
    told = "import orchestration, os; print('PYTHONDONTWRITEBYTECODE' in os.environ)"
    said = subprocess.run(
        [sys.executable, "-c", told],
        cwd=PROJECT_ROOT,
        env={"PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert said.stdout.strip() == "False"
