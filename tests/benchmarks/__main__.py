"""Runs benchmarks, prints their table and stores it in ``tests/benchmarks/results``."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console

from tests.benchmarks import (
    demo,
    demo_scale_1,
    demo_server,
    empty_sync,
    forecasts,
    metric_table,
    queries,
    shopify_bulk,
    sync,
)
from tests.benchmarks.bench import Bench, Benchmark, Figures
from tests.benchmarks.report import RESULTS, print_table, rows_of, store

# The order matters: the demo of scale 1 is what the syncs and queries take.
BENCHMARKS: dict[str, Benchmark] = {
    "demo_server": demo_server.measure,
    "shopify_bulk": shopify_bulk.measure,
    "demo": demo.measure,
    "demo_scale_1": demo_scale_1.measure,
    "sync": sync.measure,
    "empty_sync": empty_sync.measure,
    "queries": queries.measure,
    "metric_table": metric_table.measure,
    "forecasts": forecasts.measure,
}

_QUICK_SCALE = 0.01
_SLOW = {"demo"}
"""What a quick run leaves out: at its size it is what ``demo_scale_1`` is."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmarks that the command line names, all without names; one that fails keeps no other from running.

    Args:
        arguments: of the command line; None: the process's own.

    Returns:
        exit code: 1 when a benchmark failed.
    """
    options = _parser().parse_args(arguments)
    scale = _QUICK_SCALE if options.quick else options.scale
    names = options.names or [name for name in BENCHMARKS if not (options.quick and name in _SLOW)]
    started, load = datetime.now(UTC), os.getloadavg()
    console = Console(stderr=True, highlight=False)
    figures: dict[str, list[Figures]] = {}
    failed = False
    RESULTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=RESULTS, prefix="work-") as work:
        bench = Bench(scale, Path(work), options.home and options.home.absolute())
        for name in [name for name in BENCHMARKS if name in names]:
            for repeat in range(options.repeat):
                console.print(f"{name} ({repeat + 1} of {options.repeat}) ...", markup=False)
                try:
                    figures.setdefault(name, []).append(_in_own_process(BENCHMARKS[name], bench))
                except Exception:
                    failed = True
                    console.print_exception()
    rows = rows_of({name: repeats for name, repeats in figures.items() if repeats}, scale)
    print_table(rows)
    console.print(f"stored in {store(rows, figures, scale, started, load)}", soft_wrap=True)
    return int(failed)


def _in_own_process(benchmark: Benchmark, bench: Bench) -> Figures:
    # A fresh process inherits neither memory nor caches of the benchmark before it.
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as executor:
        return executor.submit(benchmark, bench).result()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(BENCHMARKS)}; default: all")
    parser.add_argument("--scale", type=float, default=1.0, help="multiplies every size; the goals are for 1 (default)")
    parser.add_argument(
        "--quick", action="store_true", help="every benchmark once, so small that it takes a minute or two"
    )
    parser.add_argument("--repeat", type=int, default=1, help="how often each is run; the median is shown (default 1)")
    parser.add_argument("--home", type=Path, help="a demo's state folder for sync and queries, instead of building one")
    return parser


if __name__ == "__main__":
    sys.exit(main())
