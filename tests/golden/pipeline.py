"""Runs the whole pipeline on the golden merchant: server, connectors, inbox, dbt."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from demo.faults import Fault, FaultPlan
from demo.serve import serve
from forecasting.warehouse import create_tables
from ingestion.load.empty_tables import create_empty_tables
from ingestion.load.pipeline import run_source
from ingestion.load.raw_db import ensure_privacy_key
from ingestion.registry import SOURCES
from shophouse.settings import PROJECT_ROOT, Settings
from tests.golden.load import DAYS, drop_files, write_merchant

AS_OF = {"day_1": datetime(2026, 11, 6, 12, tzinfo=UTC), "day_2": datetime(2026, 11, 8, 12, tzinfo=UTC)}
_DUPLICATES = FaultPlan(rate=1.0, kinds=(Fault.DUPLICATE,))
_PROJECT = PROJECT_ROOT / "dbt_project"


@dataclass(frozen=True)
class GoldenHome:
    """State folder of the golden merchant's runs, and what dbt said when a run failed."""

    folder: Path

    def settings(self, day: str) -> Settings:
        """Settings of a day's run."""
        return Settings(home=self.folder, as_of=AS_OF[day])

    def run(self, day: str) -> None:
        """Serves the day's merchant, reads every source and builds every model.

        The last day's changes are delivered twice, as a repeated webhook or an overlapping window would, and its build
        runs every data test.

        Raises:
            AssertionError: dbt failed; the message has its output.
        """
        settings = self.settings(day)
        merchant = write_merchant(self.folder / "merchant" / day, day)
        drop_files(settings.inbox, day)
        create_empty_tables(list(SOURCES.values()), settings)
        served = serve(merchant.folder, as_of=AS_OF[day], faults=_DUPLICATES, log=self.folder / "server.log")
        with served as server, pytest.MonkeyPatch.context() as patch:
            for name, value in server.configuration().items():
                patch.setenv(name, value)
            for name in ("shopify", "meta_ads", "google_ads", "files"):
                run_source(SOURCES[name], settings)
            if day == DAYS[-1]:
                run_source(SOURCES["shopify"], settings, since=AS_OF[DAYS[0]])
        ensure_privacy_key(settings)
        create_tables(settings.warehouse_db)
        self._build(settings, day)

    def _build(self, settings: Settings, day: str) -> None:
        folders = ["--target-path", str(self.folder / "target"), "--log-path", str(self.folder / "logs")]
        command = [str(Path(sys.executable).with_name("dbt")), "build", "--quiet", "--profiles-dir", str(_PROJECT)]
        left_out = ["unit_test"] if day == DAYS[-1] else ["unit_test", "test"]
        command += [*folders, *(part for kind in left_out for part in ("--exclude-resource-type", kind))]
        environment = os.environ | {"SHOPHOUSE_HOME": str(settings.home), "SHOPHOUSE_AS_OF": AS_OF[day].isoformat()}
        done = subprocess.run(command, cwd=_PROJECT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"dbt build of {day} failed:\n{done.stdout}{done.stderr}"
