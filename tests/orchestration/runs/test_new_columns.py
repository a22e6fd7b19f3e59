"""What a run says of columns that its sources had not sent before."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import dagster as dg
import pyarrow as pa
import pytest

from ingestion.contract import RawTable
from ingestion.registry import SOURCES
from ingestion.source import Batch, ExtractRequest, Rows, Source
from orchestration.assets.ingest import ingest_assets
from orchestration.runs.instance import open_instance
from orchestration.runs.new_columns import new_columns
from orchestration.runs.warehouse import Warehouse
from shophouse.settings import PROJECT_ROOT, Settings
from shophouse.tables import columns, text

AREAS = RawTable("areas", "One row per area.", columns(text("area")), key=("area",))
SURVEYS = RawTable("surveys", "One row per survey.", columns(text("survey")), key=("survey",))
STATES = RawTable("states", "One row per state.", columns(text("state")), key=("state",))


def test_every_new_column_is_told_once(settings: Settings) -> None:
    source = _sending({AREAS: ("income", "age"), SURVEYS: ("month",), STATES: ()})
    assert new_columns(settings, _run(source, settings)) == (
        "US Census: areas has new columns income, age",
        "US Census: surveys has the new column month",
    )
    assert new_columns(settings, _run(source, settings)) == ()


_RUN = """
from dataclasses import replace
import pyarrow as pa
from ingestion.registry import SOURCES
from ingestion.source import Rows
census = SOURCES["census"]
table = census.tables[0]
sent = table.empty().append_column("median_rent", pa.array([], pa.float64()))
SOURCES["census"] = replace(census, missing_settings=lambda: (), extract=lambda request: iter([Rows(table, sent)]))
from orchestration.cli.main import app
app(["run", "--select", "group:raw_census"])
"""


@pytest.mark.slow
def test_the_command_line_prints_them_after_the_run(settings: Settings) -> None:
    environment = os.environ | {"PYTHONPATH": str(PROJECT_ROOT)}
    done = subprocess.run([sys.executable, "-c", _RUN], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith(f"US Census: {SOURCES['census'].tables[0].name} has the new column median_rent\n")


def _sending(extra: dict[RawTable, tuple[str, ...]]) -> Source:
    """A source that sends a row of every table, with columns beyond the declared ones."""

    def extract(request: ExtractRequest) -> Iterator[Batch]:
        for table, more in extra.items():
            schema = table.schema
            for name in more:
                schema = schema.append(pa.field(name, pa.string()))
            yield Rows(table, pa.Table.from_pylist([dict.fromkeys(schema.names, "1")], schema=schema))

    return replace(SOURCES["census"], tables=tuple(extra), missing_settings=lambda: (), extract=extract)


def _run(source: Source, settings: Settings) -> str:
    with open_instance(settings) as instance:
        return dg.materialize([ingest_assets(source)], instance=instance, resources={"warehouse": Warehouse()}).run_id
