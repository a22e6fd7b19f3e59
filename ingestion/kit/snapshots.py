"""Snapshots: what a vendor tells only as it is now, such as stock, read whole by every run and kept with its date.

Of the snapshots of one day, or of one hour where the source says so, the one that was read last stays; those of other
days are the history that the vendor does not keep.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import polars as pl

from ingestion.contract import RawTable
from shophouse.tables import Column, day, instant

READ_AT = "snapshot_at"


class Every(StrEnum):
    """Of how long one snapshot is kept."""

    DAY = "snapshot_date"
    HOUR = "snapshot_hour"


@dataclass(frozen=True)
class Snapshots:
    """How a table keeps what is read again and again.

    Attributes:
        of: what is read, in the words of the columns' meanings, e.g. "levels".
        clock: whose time zone cuts the days, e.g. "the store's".
        every: of how long one snapshot is kept; hours are those of UTC.
    """

    of: str
    clock: str
    every: Every = Every.DAY

    @property
    def period(self) -> Column:
        """The day or hour that the snapshot stands for, a part of the table's key."""
        if self.every is Every.DAY:
            return day(self.every.value, f"Date of the snapshot in {self.clock} time zone.")
        return instant(self.every.value, "Full hour of the snapshot (UTC).")

    @property
    def read_at(self) -> Column:
        """The instant of the run that read it."""
        return instant(READ_AT, f"When the {self.of} were read.")

    def table(
        self,
        name: str,
        description: str,
        columns: Iterable[Column],
        *,
        scope: tuple[str, ...],
        key: tuple[str, ...],
    ) -> RawTable:
        """The table that keeps them.

        Args:
            name: of the table.
            description: starts with the grain.
            columns: all of the table's, :attr:`period` and :attr:`read_at` among them.
            scope: columns that say of whom a snapshot is the whole, e.g. the store.
            key: columns that tell the rows of one snapshot apart.

        Returns:
            a table in which a snapshot replaces the one of the same scope and period, unless it was read before it.
        """
        whole = (*scope, self.every.value)
        return RawTable(name, description, tuple(columns), key=(*whole, *key), merge_key=whole, version=READ_AT)

    def stamped(self, rows: pl.DataFrame, read_at: datetime, zone: str) -> pl.DataFrame:
        """The rows of one reading, with their period and instant.

        Args:
            rows: as read.
            read_at: instant of the run, with its time zone.
            zone: IANA time zone that cuts the days.
        """
        hour = read_at.replace(minute=0, second=0, microsecond=0)
        period = read_at.astimezone(ZoneInfo(zone)).date() if self.every is Every.DAY else hour
        return rows.with_columns(pl.lit(period).alias(self.every.value), pl.lit(read_at).alias(READ_AT))
