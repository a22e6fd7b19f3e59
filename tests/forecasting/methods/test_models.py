"""Candidates fitted in one process or in several."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from forecasting.methods.models import BASELINE, Fitted, Windows, fit

DAYS = 400
SERIES = 64
NAMES = (BASELINE, "WindowAverage")


def _fitted(workers: int) -> Fitted:
    random = np.random.default_rng(7)
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(DAYS)]
    panel = pl.concat(
        pl.DataFrame({"unique_id": f"series {n:02}", "ds": days, "y": random.normal(100, 10, DAYS)})
        for n in range(SERIES)
    )
    return fit(panel, 14, Windows(count=2, step=7, horizon=14), NAMES, workers)


def test_two_processes_fit_what_one_does() -> None:
    one, two = _fitted(workers=1), _fitted(workers=2)
    assert one.future.height == SERIES * 14
    assert two.future.equals(one.future)
    assert one.tests is not None and two.tests is not None
    order = ("unique_id", "cutoff", "ds")
    assert two.tests.sort(order).equals(one.tests.sort(order))


def test_a_process_that_dies_ends_the_fit(tmp_path: Path) -> None:
    # Without the guard of a main module, each worker runs the script again and dies of it.
    script = tmp_path / "unguarded.py"
    script.write_text("from tests.forecasting.methods.test_models import _fitted\n_fitted(workers=2)\n")
    ended = subprocess.run(
        [sys.executable, str(script)],
        env={"PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 1
    assert "BrokenProcessPool" in ended.stderr
