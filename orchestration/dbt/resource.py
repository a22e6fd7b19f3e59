"""dbt as a resource of the run: a process of it is loaded while the run's first steps work."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import dagster as dg
from dagster_dbt import DbtCliInvocation
from pydantic import PrivateAttr

from orchestration.dbt.parsing import PARSED, PROJECT_DIR
from orchestration.dbt.seams import asked_of_dbt, dbt_version
from orchestration.dbt.worker import Command


class Dbt(dg.ConfigurableResource):
    """dbt on the parsed project, ready from the run's start.

    Attributes:
        parsed: folder of the project's manifest.
    """

    parsed: str
    _ready: subprocess.Popen[bytes] | None = PrivateAttr(default=None)

    @property
    def version(self) -> str:
        """Of the project: another one where a file of it has changed."""
        return Path(self.parsed).name

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Dbt]:
        """Loads a dbt at the start, and leaves none at the end."""
        self.make_ready()
        try:
            yield self
        finally:
            if self._ready:
                self._ready.kill()
                self._ready.wait()

    def make_ready(self) -> None:
        """Begins to load a dbt for the next step that asks for one, unless there is one."""
        if self._ready is None:
            command = [sys.executable, "-u", "-m", "orchestration.dbt.worker", str(Path(self.parsed) / PARSED)]
            self._ready = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )

    def run(
        self, arguments: Sequence[str], context: dg.AssetExecutionContext, target: Path, dates: Mapping[str, str]
    ) -> DbtCliInvocation:
        """Runs a command of dbt on the nodes of a step.

        Args:
            arguments: of dbt's command line.
            context: of the step.
            target: folder of what dbt writes.
            dates: the run's date in every time zone that has a business day; empty: a table that asks for the date is
                built anew.

        Returns:
            the invocation, whose events are to be read.
        """
        asked = asked_of_dbt(context)
        environment = {
            **asked.environment,
            "DBT_LOG_FORMAT": "json",
            # What dbt says is kept in logs/dbt.log; a second file of every statement would cost a tenth of the time.
            "DBT_LOG_LEVEL_FILE": "none",
            "DBT_PROFILES_DIR": str(PROJECT_DIR),
            "DBT_PROJECT_DIR": str(asked.project_dir),
            "DBT_TARGET_PATH": str(target),
            # dbt would write its whole manifest again, which takes longer than most models.
            "DBT_WRITE_JSON": "false",
            # Of one version of the project, a table is built again only where something that it is made of has changed.
            "SHOPHOUSE_PROJECT_VERSION": self.version,
            "SHOPHOUSE_DATES": json.dumps(dates) if dates else "",
        }
        self.make_ready()
        process, self._ready = self._ready, None
        assert process is not None and process.stdin is not None
        # One that died while it was loading has said why where the events are read.
        with suppress(BrokenPipeError):
            process.stdin.write(Command([*arguments, *asked.selection], environment, str(asked.project_dir)).line())
            process.stdin.flush()
        return DbtCliInvocation(
            process=process,
            manifest=asked.manifest,
            dagster_dbt_translator=asked.translator,
            project_dir=asked.project_dir,
            target_path=target,
            raise_on_error=True,
            cli_version=dbt_version(),
            context=context,
        )
