"""dbt's YAML of sources and staging models says what the raw contracts and the forecast tables say."""

from __future__ import annotations

import pytest

from ingestion.registry import SOURCES
from ingestion.source import Source
from orchestration.codegen.source_settings import README, SECRETS, readme, secrets
from orchestration.codegen.source_yaml import FORECAST_YAML, forecast_yaml, source_yaml, source_yaml_path
from orchestration.codegen.staging_yaml import staging_yaml


@pytest.mark.parametrize("source", SOURCES.values(), ids=lambda source: source.name)
def test_the_committed_yaml_is_in_step_with_the_contract(source: Source) -> None:
    committed = source_yaml_path(source.name).read_text(encoding="utf-8")

    assert committed == source_yaml(source), "run `python -m orchestration.codegen` and commit what it writes"


@pytest.mark.parametrize("source", SOURCES.values(), ids=lambda source: source.name)
def test_every_raw_table_says_its_grain(source: Source) -> None:
    without = [table.name for table in source.tables if not table.description.startswith("One row per ")]

    assert not without


@pytest.mark.parametrize("source", SOURCES.values(), ids=lambda source: source.name)
def test_every_raw_column_says_what_it_holds(source: Source) -> None:
    without = [
        f"{table.name}.{column.name}" for table in source.tables for column in table.columns if not column.description
    ]

    assert not without


def test_the_committed_yaml_of_the_forecasts_is_in_step_with_their_tables() -> None:
    committed = FORECAST_YAML.read_text(encoding="utf-8")

    assert committed == forecast_yaml(), "run `python -m orchestration.codegen` and commit what it writes"


def test_the_committed_yaml_of_staging_models_is_in_step_with_what_they_read() -> None:
    stale = [path.name for path, text in staging_yaml().items() if path.read_text(encoding="utf-8") != text]

    assert not stale, "run `python -m orchestration.codegen` and commit what it writes"


def test_what_people_need_to_connect_a_source_is_in_step_with_its_settings() -> None:
    assert README.read_text(encoding="utf-8") == readme(), "run `python -m orchestration.codegen`"
    assert SECRETS.read_text(encoding="utf-8") == secrets(), "run `python -m orchestration.codegen`"
