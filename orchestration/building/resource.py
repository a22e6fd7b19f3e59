"""The builds as a resource of the run."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliInvocation

from orchestration.building.worker import Order, started
from orchestration.dbt.parsing import PROJECT_DIR
from orchestration.dbt.seams import dbt_version
from shophouse.settings import Settings


class Models(dg.ConfigurableResource):
    """The models of the parsed project.

    Attributes:
        parsed: folder of the project's manifest and plan.
    """

    parsed: str

    @property
    def version(self) -> str:
        """Of the project: another one where a file of it has changed."""
        return Path(self.parsed).name

    @property
    def compiled(self) -> Path:
        """Folder of the compiled SQL."""
        return Path(self.parsed) / "compiled"

    def build(
        self,
        nodes: Collection[str],
        context: dg.AssetExecutionContext,
        settings: Settings,
        dates: Mapping[str, str],
        manifest: Mapping[str, Any],
        translator: DagsterDbtTranslator,
    ) -> DbtCliInvocation:
        """Starts to build and test nodes.

        Args:
            nodes: dbt's ids.
            context: of the step.
            settings: the state folder.
            dates: the run's date in every time zone that has a business day; empty: a table that asks for the date is
                built anew.
            manifest: dbt's.
            translator: of the step's assets.

        Returns:
            what Dagster knows as a run of dbt: its events are to be read.
        """
        order = Order(
            home=str(settings.home),
            parsed=self.parsed,
            nodes=sorted(nodes),
            as_of=settings.instant().isoformat(),
            reporting_currency=settings.reporting_currency,
            version=self.version,
            dates=dates,
        )
        return DbtCliInvocation(
            process=started(order),
            manifest=manifest,
            dagster_dbt_translator=translator,
            project_dir=PROJECT_DIR,
            target_path=Path(self.parsed),
            raise_on_error=True,
            cli_version=dbt_version(),
            context=context,
        )
