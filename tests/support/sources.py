"""Sources whose rows a test states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

import polars as pl

from ingestion.contract import RawTable
from ingestion.source import Batch, ExtractRequest, Rows, Source


def fixed_source(name: str, tables: tuple[RawTable, ...], rows: Mapping[RawTable, pl.DataFrame]) -> Source:
    """A source that always sends the same rows."""

    def extract(request: ExtractRequest) -> Iterator[Batch]:
        for table, frame in rows.items():
            yield Rows(table, frame.to_arrow().cast(table.schema))

    day = timedelta(days=1)
    return Source(name, name, tables, lambda: (), extract, warn_after=day, error_after=day)
