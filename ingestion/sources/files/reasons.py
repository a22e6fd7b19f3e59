"""Why a file was refused: one row per finding, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

REASON_SCHEMA = pl.Schema(
    {
        "line": pl.Int64,
        "column": pl.String,
        "source_column": pl.String,
        "value": pl.String,
        "expected": pl.String,
    }
)
"""line: as ``_row_number``, null where the whole file is meant; column: of the template; source_column: its name in
the file where that differs; value: what the file holds, null where nothing; expected: what would have been right."""


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
        row = {"line": line, "column": column, "source_column": None, "value": value, "expected": expected}
        return Reasons(pl.DataFrame([row], schema=REASON_SCHEMA))

    @staticmethod
    def all_of(parts: Iterable[Reasons]) -> Reasons:
        """Every finding of the parts, sorted by line; findings about the whole file first."""
        frames = [part.frame for part in parts if part]
        if not frames:
            return Reasons.none()
        return Reasons(pl.concat(frames).sort("line", nulls_last=False, maintain_order=True))

    def besides(self, told: Reasons) -> Reasons:
        """The findings about cells of which nothing is told yet."""
        return Reasons(self.frame.join(told.frame, on=["line", "column"], how="anti", nulls_equal=True))

    def __len__(self) -> int:
        return self.frame.height

    def write(self, path: Path) -> None:
        """Writes the findings as CSV, for a spreadsheet or a program."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.frame.write_csv(path)

    def lines(self, limit: int = 20) -> Iterator[str]:
        """The first findings as text, and how many there are in all when some are left out."""
        for row in self.frame.head(limit).iter_rows(named=True):
            yield _sentence(row["line"], row["column"], row["source_column"], row["value"], row["expected"])
        if len(self) > limit:
            yield f"... and {len(self) - limit:,} more: {len(self):,} findings in all"


def _sentence(line: int | None, column: str | None, source_column: str | None, value: str | None, expected: str) -> str:
    where = "file" if line is None else f"line {line}"
    if column:
        where += f", {column}" + (f" (column {source_column!r} of the file)" if source_column else "")
    found = f" found {value!r}," if value is not None else ""
    return f"{where}:{found} expected {expected}"
