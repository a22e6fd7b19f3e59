"""Conditions on rows, evaluated together, turned into reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from ingestion.sources.files.delimited import FILE, LINE
from ingestion.sources.files.reasons import REASON_SCHEMA, Reasons

TEXT = "text:"
"""Prefix of a column's text as it stood in the file, beside its typed value."""


@dataclass(frozen=True)
class Check:
    """Rows that break a rule.

    Attributes:
        broken: true where the rule is broken; null counts as kept.
        column: of the template.
        value: what the file holds there.
        expected: what would have been right; an expression where that depends on the row.
        source_column: the column's name in the file, where it differs.
    """

    broken: pl.Expr
    column: str
    value: pl.Expr
    expected: str | pl.Expr
    source_column: str | None = None


def run_checks(frame: pl.DataFrame, checks: Sequence[Check]) -> Reasons:
    """Every row that breaks a check.

    Args:
        frame: has ``_row_number`` and every column that the checks read.
        checks: evaluated in one pass; only broken ones cost a second.
    """
    if not checks or frame.is_empty():
        return Reasons.none()
    any_broken = frame.select(check.broken.any().alias(str(position)) for position, check in enumerate(checks)).row(0)
    return Reasons.all_of(_reasons(frame, check) for check, broken in zip(checks, any_broken, strict=True) if broken)


def _reasons(frame: pl.DataFrame, check: Check) -> Reasons:
    expected = check.expected if isinstance(check.expected, pl.Expr) else pl.lit(check.expected)
    # Masks and expectations may look at other rows (a duplicate, the first of a group): columns first, then the filter.
    found = frame.select(
        file=pl.col(FILE) if FILE in frame.columns else pl.lit(None, pl.String),
        line=pl.col(LINE),
        column=pl.lit(check.column),
        source_column=pl.lit(check.source_column, pl.String),
        value=check.value.cast(pl.String),
        expected=expected,
        broken=check.broken,
    ).filter("broken")
    return Reasons(found.select(pl.col(name).cast(dtype) for name, dtype in REASON_SCHEMA.items()))
