"""Reads what a connector landed, comparable with the merchant's own tables."""

from __future__ import annotations

import duckdb
import polars as pl
from polars.testing import assert_frame_equal

from demo.merchant import Merchant
from ingestion.contract import RawTable, Write
from ingestion.kit.gaps import GAPS
from ingestion.kit.windows import REPORT_PERIODS
from ingestion.source import Source
from shophouse.settings import Settings

TOTALS = ("account_insights", "campaign_insights", "customer_stats", "advertiser_reports", "campaign_reports")
"""Reports that add up what others detail."""


def landed(settings: Settings, source: str, table: RawTable, where: str = "true") -> pl.DataFrame:
    """A raw table's declared columns, in the contract's types, ordered by key.

    Args:
        settings: names ``raw.duckdb``.
        source: its schema.
        table: which.
        where: SQL condition, e.g. ``_valid_to is null`` for the current versions.
    """
    with duckdb.connect(settings.raw_db.as_posix(), read_only=True) as connection:
        connection.sql("set timezone = 'UTC'")
        names = ", ".join(f'"{c.name}"' for c in table.columns)
        found = connection.sql(f'select {names} from "{source}"."{table.name}" where {where}').pl()
    return ordered(table, found)


def ordered(table: RawTable, frame: pl.DataFrame) -> pl.DataFrame:
    """A table's rows in the contract's column order and types, sorted by key."""
    return frame.select(pl.col(n).cast(t) for n, t in table.polars_schema.items()).sort(table.key)


def assert_round_trip(
    settings: Settings,
    source: Source,
    merchant: Merchant,
    ignored: tuple[str, ...] = (),
) -> None:
    """What a source landed (its current versions) equals what the merchant holds, table by table.

    Which days were read, and what could not be, is the connector's own statement: no vendor holds it. Nor does a
    merchant hold totals: the vendor makes them of the rows.
    """
    for table in source.tables:
        if table.name in (REPORT_PERIODS, GAPS.name, *TOTALS):
            continue
        current = "_valid_to is null" if table.write is Write.VERSIONED else "true"
        expected = ordered(table, merchant.frame(source.name, table.name).collect())
        assert_frame_equal(
            landed(settings, source.name, table, current).drop(ignored, strict=False),
            expected.drop(ignored, strict=False),
        )
