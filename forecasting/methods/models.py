"""The candidates of statsforecast, and how they are fitted over many series."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl

from forecasting.config import WEEK

# One BLAS thread a process: more make small state-space fits several times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

BASELINE = "SeasonalNaive"
AUTO_ETS = "AutoETS"
_STEADY = (BASELINE, "WindowAverage", "SeasonalWindowAverage", "MSTL", AUTO_ETS)
_SPORADIC = (BASELINE, "WindowAverage", "CrostonSBA", "TSB", "IMAPA", "ADIDA")
"""For days with and without sales: none of them can take one bulk order for a weekly rhythm, but for the baseline."""
_LONG = "LongAverage"
_LONG_DAYS = 26 * WEEK
FLAT = ("WindowAverage", _LONG, "CrostonSBA", "TSB", "IMAPA", "ADIDA")
"""Candidates that forecast the same for every day."""
_SMOOTHING = 0.1
"""Of demand size and probability in TSB: the value that CrostonSBA is fixed at as well."""
_SERIES_PER_WORKER = 32
"""Fewer series than this do not pay for the start of another process."""


@dataclass(frozen=True)
class Windows:
    """Backtest cutoffs: ``count`` origins, ``step`` days apart, each ``horizon`` days long."""

    count: int
    step: int
    horizon: int


def candidate_names(days: int, *, sporadic: bool) -> tuple[str, ...]:
    """Candidates that ``days`` days before the first cutoff allow.

    Args:
        days: complete days, at least 28.
        sporadic: whether days without a sale are part of the demand (:data:`forecasting.methods.profile.SPORADIC`).
    """
    names = _SPORADIC if sporadic else _STEADY
    return (*names, _LONG) if days >= _LONG_DAYS else names


class _NoForecast:
    """What statsforecast puts under the name of a candidate that raises: not the forecast of another model."""

    def forecast(self, h: int, **_: Any) -> dict[str, np.ndarray]:
        """``h`` days without a number."""
        return {"mean": np.full(h, np.nan)}


@dataclass(frozen=True)
class Fitted:
    """Forecasts of many series.

    Attributes:
        future: unique_id, ds and one Float64 column per candidate; NaN where it could not be fitted.
        tests: the same with cutoff (last training date) and y (actual); None without windows.
    """

    future: pl.DataFrame
    tests: pl.DataFrame | None


def fit(panel: pl.DataFrame, horizon: int, windows: Windows | None, names: Sequence[str], workers: int) -> Fitted:
    """Fits every candidate to every series, at every backtest origin and at the end.

    Args:
        panel: unique_id, ds (Date), y; dense, sorted, every series longer than the windows reach back.
        horizon: days ahead of the last date.
        windows: backtest cutoffs, or None.
        names: candidates (see :func:`candidate_names`).
        workers: processes.

    Raises:
        BrokenProcessPool: one of several processes was killed, most likely for want of memory.
    """
    ids = panel["unique_id"].unique().sort()
    workers = max(1, min(workers, os.cpu_count() or 1, len(ids) // _SERIES_PER_WORKER))
    parts = [
        panel.filter(pl.col("unique_id").is_in(ids.gather_every(workers, start).implode())) for start in range(workers)
    ]
    job = (horizon, windows, tuple(names))
    fitted = [_fit_part(parts[0], *job)] if workers == 1 else _fit_side_by_side(parts, *job)
    return Fitted(
        future=_in_order(pl.concat(part.future for part in fitted)),
        tests=_in_order(pl.concat(part.tests for part in fitted if part.tests is not None)) if windows else None,
    )


def _fit_side_by_side(
    parts: Sequence[pl.DataFrame], horizon: int, windows: Windows | None, names: tuple[str, ...]
) -> list[Fitted]:
    """Fits each part in a process of its own.

    Raises:
        BrokenProcessPool: a process was killed, most likely for want of memory.
    """
    # spawn, not fork: polars and duckdb hold threads that a forked child would wait for.
    pool = ProcessPoolExecutor(len(parts), mp_context=get_context("spawn"))
    with TemporaryDirectory(prefix="shophouse-forecast-") as folder, pool:
        # By file: before Python 3.11.5, a worker that dies while rows are on their way to it is waited for in vain.
        files = [Path(folder) / f"{number}.parquet" for number in range(len(parts))]
        for part, file in zip(parts, files, strict=True):
            part.write_parquet(file)
        return list(pool.map(partial(_fit_file, horizon=horizon, windows=windows, names=names), files))


def _fit_file(file: Path, horizon: int, windows: Windows | None, names: tuple[str, ...]) -> Fitted:
    return _fit_part(pl.read_parquet(file), horizon, windows, names)


def _build(names: Sequence[str]) -> list[Any]:
    # Imported here: the package takes seconds to import, which the definitions of a server should not pay for.
    from statsforecast.models import (
        ADIDA,
        IMAPA,
        MSTL,
        TSB,
        AutoETS,
        CrostonSBA,
        SeasonalNaive,
        SeasonalWindowAverage,
        SimpleExponentialSmoothingOptimized,
        WindowAverage,
    )

    models = {
        BASELINE: SeasonalNaive(season_length=WEEK, alias=BASELINE),
        "WindowAverage": WindowAverage(window_size=4 * WEEK, alias="WindowAverage"),
        _LONG: WindowAverage(window_size=_LONG_DAYS, alias=_LONG),
        "SeasonalWindowAverage": SeasonalWindowAverage(
            season_length=WEEK, window_size=4, alias="SeasonalWindowAverage"
        ),
        "MSTL": MSTL(season_length=[WEEK], trend_forecaster=SimpleExponentialSmoothingOptimized(), alias="MSTL"),
        AUTO_ETS: AutoETS(season_length=WEEK, model="ANA", alias=AUTO_ETS),
        "CrostonSBA": CrostonSBA(alias="CrostonSBA"),
        "TSB": TSB(alpha_d=_SMOOTHING, alpha_p=_SMOOTHING, alias="TSB"),
        "IMAPA": IMAPA(alias="IMAPA"),
        "ADIDA": ADIDA(alias="ADIDA"),
    }
    return [models[name] for name in names]


def _fit_part(panel: pl.DataFrame, horizon: int, windows: Windows | None, names: tuple[str, ...]) -> Fitted:
    from statsforecast import StatsForecast

    engine = StatsForecast(models=_build(names), freq="1d", n_jobs=1, fallback_model=_NoForecast())
    future = engine.forecast(df=panel, h=horizon)
    if windows is None:
        return Fitted(future, None)
    tests = engine.cross_validation(
        df=panel, h=windows.horizon, n_windows=windows.count, step_size=windows.step, refit=True
    )
    return Fitted(future, tests)


def _in_order(frame: pl.DataFrame) -> pl.DataFrame:
    models = [c for c in frame.columns if c not in {"unique_id", "ds", "cutoff", "y"}]
    return frame.with_columns(pl.col(models).cast(pl.Float64)).sort("unique_id", "ds")
