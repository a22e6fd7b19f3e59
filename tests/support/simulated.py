"""A simulated merchant as tests read it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from demo.merchant import Merchant

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
SCALE, DAYS, SEED = 0.006, 150, 11


class Simulated:
    """Tables of a simulated merchant, with money in whole cents where a test asks for it."""

    def __init__(self, merchant: Merchant, truth: Path) -> None:
        self.merchant = merchant
        self.truth_folder = truth

    def shop(self, table: str) -> pl.DataFrame:
        """A Shopify table with decimals as integer cents."""
        return self.source("shopify", table)

    def source(self, source: str, table: str) -> pl.DataFrame:
        """A table of a source with decimals as integer cents."""
        frame = self.merchant.frame(source, table).collect()
        money = [c for c, t in frame.schema.items() if isinstance(t, pl.Decimal) and t.scale == 6]
        return frame.with_columns((pl.col(c) * 100).cast(pl.Int64) for c in money)

    def truth(self, table: str) -> pl.DataFrame:
        """A truth table with decimals as integer cents."""
        frame = pl.read_parquet(self.truth_folder / f"{table}.parquet")
        money = [c for c, t in frame.schema.items() if isinstance(t, pl.Decimal)]
        return frame.with_columns((pl.col(c) * 100).cast(pl.Int64) for c in money)
