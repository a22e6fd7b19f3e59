"""Runs the whole pipeline on the messy merchant: server, connector, inbox, dbt with every data test."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from demo.serve import serve
from forecasting.warehouse import create_tables
from ingestion.load.empty_tables import create_empty_tables
from ingestion.load.pipeline import run_source
from ingestion.load.raw_db import ensure_privacy_key
from ingestion.registry import SOURCES
from shophouse.settings import Settings
from tests.messy.load import FOLDER, write_merchant
from tests.support.builds import build_and_test

AS_OF = datetime(2026, 11, 8, 12, tzinfo=UTC)


def run(home: Path, *, has_rates: bool = True) -> Settings:
    """Reads the merchant and builds and tests every model.

    Args:
        home: the state folder.
        has_rates: whether there are rates of its currencies.

    Returns:
        The settings of the run.

    Raises:
        BuildError: a model could not be built, or failed a test.
    """
    settings = Settings(home=home, as_of=AS_OF)
    load(settings, has_rates=has_rates)
    build_and_test(settings, AS_OF)
    return settings


def load(settings: Settings, *, has_rates: bool = True) -> None:
    """Serves the merchant and reads it, with the rates of its currencies in the inbox where it has them."""
    merchant = write_merchant(settings.home / "merchant")
    settings.inbox.mkdir(parents=True)
    if has_rates:
        shutil.copy(FOLDER / "exchange_rates.csv", settings.inbox)
    create_empty_tables(list(SOURCES.values()), settings)
    served = serve(merchant.folder, as_of=AS_OF, log=settings.home / "server.log")
    with served as server, pytest.MonkeyPatch.context() as patch:
        for name, value in server.configuration().items():
            patch.setenv(name, value)
        for source in ("shopify", "files"):
            run_source(SOURCES[source], settings)
    ensure_privacy_key(settings)
    create_tables(settings.warehouse_db)
