"""Ten questions of an analyst to the published file, over one read-only connection."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
import numpy as np

from tests.benchmarks.bench import Bench, Figures
from tests.benchmarks.built_demo import built_demo

ROUNDS = 20
FOLDER = Path(__file__).parent / "queries"


def measure(bench: Bench) -> Figures:
    """Asks every question in turn, round after round; the first, cold round counts like the others."""
    questions = {file.stem: file.read_text() for file in sorted(FOLDER.glob("*.sql"))}
    took: dict[str, list[float]] = {name: [] for name in questions}
    with duckdb.connect(built_demo(bench).published_db, read_only=True) as connection:
        for _ in range(ROUNDS):
            for name, sql in questions.items():
                started = time.perf_counter()
                connection.execute(sql).fetchall()
                took[name].append((time.perf_counter() - started) * 1_000)
    every = [milliseconds for times in took.values() for milliseconds in times]
    return {
        "p95 ms": float(np.percentile(every, 95)),
        "median ms": float(np.median(every)),
        **{f"{name} p95 ms": float(np.percentile(times, 95)) for name, times in took.items()},
    }
