"""Runs the whole pipeline on the golden merchant: server, connectors, inbox, dbt."""

from __future__ import annotations

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
from tests.support.builds import build_and_test
from tests.support.dbt_runs import run_dbt

AS_OF = {"day_1": datetime(2026, 11, 6, 12, tzinfo=UTC), "day_2": datetime(2026, 11, 8, 12, tzinfo=UTC)}
_DUPLICATES = FaultPlan(rate=1.0, kinds=(Fault.DUPLICATE,))


@dataclass(frozen=True)
class GoldenHome:
    """State folder of the golden merchant's runs, and the dbt project that they build."""

    folder: Path
    project: Path = PROJECT_ROOT / "dbt_project"

    def settings(self, day: str) -> Settings:
        """Settings of a day's run."""
        return Settings(home=self.folder, as_of=AS_OF[day])

    def run(self, day: str) -> None:
        """Reads every source as it is on the day, and builds every model; the last day's is tested."""
        self.load(day)
        self.build(day)

    def load(self, day: str) -> None:
        """Serves the day's merchant and reads every source.

        The last day's changes are delivered twice, as a repeated webhook or an overlapping window would.
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

    def build(self, day: str, *, only: str = "") -> None:
        """Builds every model, or what one is made of, and tests those of the last day."""
        build_and_test(self.settings(day), AS_OF[day], self.project, only=only, is_tested=day == DAYS[-1])

    def dbt(self, day: str, *arguments: str) -> None:
        """Runs dbt as of a day.

        Raises:
            AssertionError: dbt failed; the message has its output.
        """
        run_dbt(self.folder, self.project, AS_OF[day], *arguments)
