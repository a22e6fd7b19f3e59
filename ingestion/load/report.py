"""What a load did, for people and for the orchestrator's metadata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ingestion.source import Gap


@dataclass(frozen=True)
class LoadReport:
    """One committed load of a source.

    Attributes:
        source: the source's name.
        load_id: dlt's id of the load; ``_dlt_load_id`` of every row that it wrote.
        rows: rows that the vendor sent, by table (only tables that were read; duplicates counted).
        seconds: wall time, extraction included.
        new_columns: columns that the vendor sends and the contract does not know, by table, first seen in this load.
        gaps: what could not be read although the rest was.
    """

    source: str
    load_id: str
    rows: Mapping[str, int]
    seconds: float
    new_columns: Mapping[str, tuple[str, ...]]
    gaps: tuple[Gap, ...] = ()

    @property
    def total_rows(self) -> int:
        """Rows over all tables."""
        return sum(self.rows.values())
