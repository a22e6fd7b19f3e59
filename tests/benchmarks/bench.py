"""What a benchmark is given, and what it gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
"""Every benchmark's now: the same rows on every day that it runs."""


@dataclass(frozen=True)
class Bench:
    """Where and how large a benchmark runs.

    Attributes:
        scale: multiplies the size that the goals are for.
        work: folder of this run, shared by its benchmarks, gone afterwards.
        home: a built state folder that the benchmarks of a built warehouse take; None: they build one.
    """

    scale: float
    work: Path
    home: Path | None = None


Figures = dict[str, float]
"""Name with its unit (``wall s``) to the number measured."""

Benchmark = Callable[[Bench], Figures]
