"""A run's figures: a table on the screen, JSON with every repeat, CSV with the medians."""

from __future__ import annotations

import csv
import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from tests.benchmarks.bench import Figures
from tests.benchmarks.goals import GOALS

RESULTS = Path(__file__).parent / "results"
_LIBRARIES = ("dlt", "duckdb", "polars", "pyarrow", "dbt-core", "dagster", "statsforecast")


@dataclass(frozen=True)
class Row:
    """One figure of a benchmark.

    Attributes:
        benchmark: its name.
        figure: what was measured, with its unit.
        goal: as text; empty: none, or the run was not at the goals' size.
        measured: median of the repeats.
        ratio: measured to goal; None without a goal.
    """

    benchmark: str
    figure: str
    goal: str
    measured: float
    ratio: float | None


def rows_of(figures: Mapping[str, Sequence[Figures]], scale: float) -> list[Row]:
    """The rows of a run.

    Args:
        figures: per benchmark, the figures of each repeat.
        scale: of the run; goals are for 1.
    """
    rows = []
    for benchmark, repeats in figures.items():
        for name in repeats[0]:
            measured = median(repeat[name] for repeat in repeats)
            goal = GOALS.get((benchmark, name)) if scale == 1 else None
            rows.append(Row(benchmark, name, str(goal or ""), measured, measured / goal.value if goal else None))
    return rows


def print_table(rows: Sequence[Row]) -> None:
    """Prints the rows."""
    table = Table("benchmark", "figure")
    for column in ("goal", "measured", "ratio"):
        table.add_column(column, justify="right")
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        table.add_row(row.benchmark, row.figure, row.goal, _short(row.measured), ratio)
    Console(highlight=False).print(table)


def store(
    rows: Sequence[Row],
    figures: Mapping[str, Sequence[Figures]],
    scale: float,
    started: datetime,
    load: Sequence[float],
) -> Path:
    """Writes both files.

    Args:
        rows: of the CSV.
        figures: per benchmark, the figures of each repeat, for the JSON.
        scale: of the run.
        started: when the run began (UTC); names the files.
        load: load averages of the machine (1, 5, 15 minutes) when the run began.

    Returns:
        the JSON file; the CSV file lies beside it.
    """
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{started:%Y%m%dT%H%M%SZ}.json"
    content = {
        "started_at": started.isoformat(),
        "scale": scale,
        "machine": {
            "cores": os.cpu_count(),
            "platform": platform.platform(),
            "python": platform.python_version(),
            "load_average_before": list(load),
            "load_average_after": list(os.getloadavg()),
        },
        "libraries": {name: version(name) for name in _LIBRARIES},
        "goals_at_scale_1": {f"{benchmark}: {name}": str(goal) for (benchmark, name), goal in GOALS.items()},
        "figures": figures,
    }
    file.write_text(json.dumps(content, indent=1))
    with file.with_suffix(".csv").open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["benchmark", "figure", "goal", "measured", "ratio"])
        writer.writerows([r.benchmark, r.figure, r.goal, r.measured, r.ratio] for r in rows)
    return file


def _short(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 1_000 else f"{number:,.3g}"
