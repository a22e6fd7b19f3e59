"""Why a file was refused: one row per finding, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

REASON_SCHEMA = pl.Schema(
    {
        "file": pl.String,
        "line": pl.Int64,
        "column": pl.String,
        "source_column": pl.String,
        "value": pl.String,
        "expected": pl.String,
    }
)
"""file: its name, where an import has several; line: as ``_row_number``, null where the whole file is meant; column: of
the template; source_column: its name in the file where that differs; value: what the file holds, null where nothing;
expected: what would have been right."""


@dataclass(frozen=True)
class Reasons:
    """Findings about one file, in the order of its lines."""

    frame: pl.DataFrame

    @staticmethod
    def none() -> Reasons:
        """No finding: the file is good."""
        return Reasons(pl.DataFrame(schema=REASON_SCHEMA))

    @staticmethod
    def one(expected: str, *, line: int | None = None, column: str | None = None, value: str | None = None) -> Reasons:
        """A single finding."""
        return Reasons.told([{"line": line, "column": column, "value": value, "expected": expected}])

    @staticmethod
    def told(rows: Iterable[Mapping[str, object]]) -> Reasons:
        """Findings given as rows of ``REASON_SCHEMA``; what a row does not name is null."""
        return Reasons(pl.DataFrame([dict(row) for row in rows], schema=REASON_SCHEMA))

    @staticmethod
    def all_of(parts: Iterable[Reasons]) -> Reasons:
        """Every finding of the parts, sorted by line; findings about the whole file first."""
        frames = [part.frame for part in parts if part]
        if not frames:
            return Reasons.none()
        return Reasons(pl.concat(frames).sort("file", "line", nulls_last=False, maintain_order=True))

    def of_file(self, name: str) -> Reasons:
        """The same findings, with the file's name."""
        return Reasons(self.frame.with_columns(file=pl.lit(name)))

    def besides(self, told: Reasons) -> Reasons:
        """The findings but blanks on a line of which something is told: they follow from it."""
        follows = self.frame["value"].is_null() & self.frame["line"].is_in(told.frame["line"].drop_nulls())
        return Reasons(self.frame.filter(~follows))

    def __len__(self) -> int:
        return self.frame.height

    def write(self, path: Path) -> None:
        """Writes the findings as CSV, for a spreadsheet or a program."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.frame.write_csv(path)

    def lines(self, limit: int = 20) -> Iterator[str]:
        """The first findings as text, and how many there are in all when some are left out."""
        for row in self.frame.head(limit).iter_rows(named=True):
            yield _sentence(row)
        if len(self) > limit:
            yield f"... and {len(self) - limit:,} more: {len(self):,} findings in all"


def _sentence(row: Mapping[str, object]) -> str:
    where = str(row["file"] or "file") if row["line"] is None else f"line {row['line']}"
    if row["file"] and row["line"] is not None:
        where = f"{row['file']}, {where}"
    if row["column"]:
        named = f" (column {row['source_column']!r} of the file)" if row["source_column"] else ""
        where += f", {row['column']}{named}"
    found = f" found {row['value']!r}," if row["value"] is not None else ""
    return f"{where}:{found} expected {row['expected']}"
