"""A source's step: what it says of a load that failed, and that the others go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import dagster as dg
import pytest

from ingestion.census.source import SOURCE as CENSUS
from ingestion.settings import Settings
from ingestion.source import Batch, Extract
from orchestration.assets import ingest
from orchestration.runner import ExitCode, _outcome
from orchestration.warehouse import Warehouse


def test_a_fault_that_nobody_thought_of_fails_its_source_and_no_other(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(request: Extract) -> Iterator[Batch]:
        raise KeyError("data")
        yield

    # The second attempt is the last; the first would be waited for.
    monkeypatch.setattr(ingest, "_RETRIES", 0)
    source = replace(CENSUS, missing_settings=lambda: (), extract=broken)
    built: list[str] = []

    @dg.asset(deps=[ingest.raw_key(source, source.tables[0])])
    def models() -> None:
        built.append("models")

    result = dg.materialize(
        [ingest.ingest_assets(source), models], resources={"warehouse": Warehouse()}, raise_on_error=False
    )
    outcome = _outcome(result, settings.home)
    assert built == ["models"]
    assert outcome.exit_code is ExitCode.STAGE_FAILED
    (message,) = outcome.messages
    assert message.startswith("census: ")
    assert "KeyError: 'data'" in message
