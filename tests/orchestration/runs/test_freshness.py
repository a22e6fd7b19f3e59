"""What is known of a source's last load, by its policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingestion.load.pipeline import run_source
from ingestion.registry import SOURCES
from ingestion.source import Batch, ExtractRequest
from orchestration.runs.freshness import SourceStatus, source_statuses
from shophouse.settings import Settings

NAME = "census"


def no_rows(_: ExtractRequest) -> Iterator[Batch]:
    return iter(())


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A state folder with one load of one source, made now."""
    settings = Settings(home=tmp_path_factory.mktemp("loaded"))
    run_source(replace(SOURCES[NAME], extract=no_rows), settings)
    return settings


def status(settings: Settings, age: timedelta) -> SourceStatus:
    statuses = dict(zip(SOURCES, source_statuses(settings, datetime.now(UTC) + age), strict=True))
    return statuses[NAME]


@pytest.mark.parametrize("key", [None, "a key"])
def test_an_age_is_told_by_the_policy_with_or_without_settings(
    loaded: Settings, key: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if key:
        monkeypatch.setenv("SOURCES__CENSUS__API_KEY", key)
    source, ending = SOURCES[NAME], "" if key else ", not configured"
    assert source.warn_after and source.error_after
    moment = timedelta(minutes=5)
    assert status(loaded, moment).freshness == f"fresh{ending}"
    assert status(loaded, source.warn_after + moment).freshness == f"stale{ending}"
    assert status(loaded, source.error_after + moment).freshness == f"too old{ending}"


def test_a_source_that_was_never_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=tmp_path)
    assert status(settings, timedelta(0)).freshness == "not configured"
    monkeypatch.setenv("SOURCES__CENSUS__API_KEY", "a key")
    assert status(settings, timedelta(0)).freshness == "never loaded"


def test_cursors_are_told_in_lines_that_people_read(tmp_path: Path) -> None:
    def extract(request: ExtractRequest) -> Iterator[Batch]:
        request.state |= {
            "synced_until": {"eu": "2026-11-21T12:00:00+00:00", "us": "2026-11-20T12:00:00+00:00"},
            "journeys_not_ready": {"eu": {}, "us": {"1": "2026-11-20", "2": "2026-11-20"}},
            "release": 7,
        }
        return iter(())

    settings = Settings(home=tmp_path)
    run_source(replace(SOURCES[NAME], extract=extract), settings)
    assert status(settings, timedelta(0)).cursor.splitlines() == [
        "journeys not ready of us: 2",
        "release: 7",
        "synced until of eu: 2026-11-21T12:00:00+00:00",
        "synced until of us: 2026-11-20T12:00:00+00:00",
    ]
