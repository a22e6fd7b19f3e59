"""Reads the golden merchant's hand-written CSV files into a merchant's folder.

``merchant/day_1/<source>/<table>.csv`` is what the vendors hold on the first day. ``merchant/day_2`` has what is new or
changed on the second: a row replaces the cells of the row with the same key (an empty cell keeps the first day's value,
``~`` empties it), and ``removed.csv`` names what is gone. Shopify's rows are written short (:mod:`tests.support.shopify_rows`).
"""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl

from demo.merchant import SERVED, Merchant
from ingestion.contract import RawTable
from tests.support.shopify_rows import typed, with_defaults, with_ids

FOLDER = Path(__file__).parent / "merchant"
DAYS = ("day_1", "day_2")
VENDORS = tuple(name for name in SERVED if name != "files" and (FOLDER / DAYS[0] / name).is_dir())
_EMPTIED = "~"


def write_merchant(folder: Path, day: str) -> Merchant:
    """Writes what the vendors hold on a day.

    Args:
        folder: where to.
        day: one of ``DAYS``; a later day stands on the days before it.

    Returns:
        The merchant.

    Raises:
        ValueError: a CSV file names a column that the table's contract lacks, or a value does not fit its type.
    """
    merchant = Merchant(folder)
    days = DAYS[: DAYS.index(day) + 1]
    for source in VENDORS:
        for table in SERVED[source]:
            stated = [path for d in days if (path := FOLDER / d / source / f"{table.name}.csv").exists()]
            if stated:
                rows = _overlaid(table, stated)
                if source == "shopify":
                    rows = with_ids(table, with_defaults(table, _without_removed(table, rows, days)))
                merchant.write(source, table.name, typed(table, rows))
    return merchant


def drop_files(inbox: Path, day: str) -> None:
    """Puts a day's spreadsheets into the inbox, each under a name of its own."""
    inbox.mkdir(parents=True, exist_ok=True)
    for path in sorted((FOLDER / day / "files").glob("*.csv")):
        shutil.copy(path, inbox / f"{path.stem}-{day}.csv")


def _overlaid(table: RawTable, paths: list[Path]) -> pl.DataFrame:
    rows = _texts(table, paths[0])
    for path in paths[1:]:
        rows = rows.update(_texts(table, path), on=list(table.key), how="full")
    return rows.with_columns(pl.all().replace(_EMPTIED, None))


def _texts(table: RawTable, path: Path) -> pl.DataFrame:
    """The file's cells as they stand, in the contract's columns."""
    rows = pl.read_csv(path, infer_schema=False)
    columns = table.schema.names
    if unknown := set(rows.columns) - set(columns):
        raise ValueError(f"{path}: columns not in the contract of {table.name}: {sorted(unknown)}")
    missing = [pl.lit(None, dtype=pl.String).alias(c) for c in columns if c not in rows.columns]
    return rows.with_columns(missing).select(columns)


def _without_removed(table: RawTable, rows: pl.DataFrame, days: tuple[str, ...]) -> pl.DataFrame:
    for path in [FOLDER / day / "shopify" / "removed.csv" for day in days]:
        gone = pl.read_csv(path, infer_schema=False).filter(pl.col("table") == table.name) if path.exists() else None
        for row in [] if gone is None else gone.iter_rows(named=True):
            rows = rows.filter((pl.col("store_id") != row["store_id"]) | (pl.col(row["column"]) != row["value"]))
    return rows
