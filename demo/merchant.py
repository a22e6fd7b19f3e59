"""A merchant as tables: what the local API server serves.

A merchant is a folder of Parquet files, ``<source>/<table>.parquet``, in the raw contract's own schemas: what the
vendor "holds" and what the connector must land are then comparable row by row. Files of the merchant's
spreadsheets lie in ``files/<template>.csv`` and are dropped into the inbox.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import polars as pl

from ingestion.contract import RawTable
from ingestion.sources import NAMES
from ingestion.sources.files.tables import TEMPLATES
from shophouse.tables import conform

_CONTRACTS = {name: import_module(f"ingestion.sources.{name}.tables").TABLES for name in NAMES}
SERVED: dict[str, tuple[RawTable, ...]] = _CONTRACTS | {"files": TEMPLATES}


@dataclass(frozen=True)
class Merchant:
    """A merchant's folder."""

    folder: Path

    def frame(self, source: str, table: str) -> pl.LazyFrame:
        """Rows of one table in the contract's schema; empty where the merchant has none."""
        contract = _contract(source, table)
        path = self._path(source, table)
        if not path.exists():
            return pl.LazyFrame(schema=contract.polars_schema)
        return pl.scan_parquet(path)

    def write(self, source: str, table: str, frame: pl.DataFrame) -> None:
        """Stores one table, cast to the contract; columns that the frame lacks become null.

        Raises:
            ValueError: the frame has a column that the contract does not know, or a null or duplicate key.
        """
        contract = _contract(source, table)
        unknown = set(frame.columns) - set(contract.schema.names)
        if unknown:
            raise ValueError(f"{source}.{table}: columns not in the contract: {sorted(unknown)}")
        typed = conform(contract, frame)
        if typed.select(pl.any_horizontal(pl.col(c).is_null().any() for c in contract.key)).item():
            raise ValueError(f"{source}.{table}: null in the key {contract.key}")
        if not _unique(typed.select(contract.key)):
            raise ValueError(f"{source}.{table}: duplicate key {contract.key}")
        path = self._path(source, table)
        path.parent.mkdir(parents=True, exist_ok=True)
        typed.write_parquet(path, compression="lz4")

    def _path(self, source: str, table: str) -> Path:
        return self.folder / source / f"{table}.parquet"


def _unique(keys: pl.DataFrame) -> bool:
    """Whether no row is there twice; equal hashes are rare enough to be worth a second, exact look."""
    if keys.select(pl.struct(pl.all()).hash().n_unique()).item() == keys.height:
        return True
    return bool(keys.select(pl.struct(pl.all()).n_unique()).item() == keys.height)


def _contract(source: str, table: str) -> RawTable:
    return {t.name: t for t in SERVED[source]}[table]
