"""dbt without Dagster: a state folder's models are built by the worker that the runs use."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime

from orchestration.dbt.parsing import PARSED, PROJECT_DIR, parsed_project
from orchestration.dbt.worker import Command
from shophouse.settings import Settings


class DbtBuildError(Exception):
    """A model could not be built; the message is dbt's own."""


def build_models(settings: Settings, as_of: datetime, selection: Sequence[str] = (), *, version: str = "") -> None:
    """Builds models, without their tests.

    Args:
        settings: the state folder; nobody else may write it.
        as_of: the run's instant.
        selection: arguments of dbt that select models; empty: all.
        version: of the project, under which tables that nothing has changed for stay as they are; empty: all are built.

    Raises:
        DbtBuildError: a model could not be built.
    """
    parsed = parsed_project(settings)
    arguments = ["build", "--quiet", "--exclude-resource-type", "unit_test", "--exclude-resource-type", "test"]
    environment = {
        "SHOPHOUSE_HOME": str(settings.home),
        "SHOPHOUSE_AS_OF": as_of.isoformat(),
        "SHOPHOUSE_REPORTING_CURRENCY": settings.reporting_currency,
        "SHOPHOUSE_PROJECT_VERSION": version,
        "DBT_PROFILES_DIR": str(PROJECT_DIR),
        "DBT_PROJECT_DIR": str(PROJECT_DIR),
        "DBT_TARGET_PATH": str(settings.home / "dbt" / "target"),
        "DBT_LOG_LEVEL_FILE": "none",
        "DBT_WRITE_JSON": "false",
    }
    command = [sys.executable, "-u", "-m", "orchestration.dbt.worker", str(parsed / PARSED)]
    # The standard input stays open until dbt has ended: the worker ends with it.
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as worker:
        assert worker.stdin is not None and worker.stdout is not None
        worker.stdin.write(Command([*arguments, *selection], environment, str(PROJECT_DIR)).line())
        worker.stdin.flush()
        said = worker.stdout.read().decode(errors="replace")
        worker.wait()
    if worker.returncode:
        raise DbtBuildError(said.strip())
