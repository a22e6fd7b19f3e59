"""The run's view of the warehouse: one moment, one writer, and what went wrong on the way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from pydantic import PrivateAttr

from ingestion.load.empty_tables import create_empty_tables
from ingestion.load.raw_db import ensure_privacy_key
from ingestion.registry import SOURCES
from orchestration.runs.writer_lock import writer_lock
from shophouse.database_file import ensure_database
from shophouse.settings import Settings


class Warehouse(dg.ConfigurableResource):
    """Settings with ``as_of`` pinned for the run, the writer's lock, and the run's failures by source.

    A source that fails must not keep the others from the marts, so its asset notes the failure here and the
    run's last asset raises it.
    """

    _settings: Settings = PrivateAttr()
    _failed_sources: dict[str, str] = PrivateAttr(default_factory=dict)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Warehouse]:
        """Holds the writer's lock from the run's first step to its last."""
        settings = Settings()
        self._settings = settings.model_copy(update={"as_of": settings.instant()})
        os.environ.update(
            SHOPHOUSE_HOME=str(settings.home),
            SHOPHOUSE_AS_OF=self._settings.instant().isoformat(),
            SHOPHOUSE_REPORTING_CURRENCY=settings.reporting_currency,
        )
        with writer_lock(self._settings, f"run {context.run_id or 'in process'}"):
            # Whatever is selected, dbt finds every raw table and the key of its hashes.
            create_empty_tables(SOURCES.values(), self._settings)
            ensure_privacy_key(self._settings)
            ensure_database(self._settings.build_db)
            ensure_database(self._settings.warehouse_db)
            yield self

    @property
    def settings(self) -> Settings:
        """Settings of the run; ``as_of`` is the same in every step."""
        return self._settings

    @property
    def failed_sources(self) -> dict[str, str]:
        """Source name to the message of its failure in this run."""
        return self._failed_sources
