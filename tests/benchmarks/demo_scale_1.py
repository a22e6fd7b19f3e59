"""``shophouse demo --scale 1``: 100,000 customers and about 1,000,000 order lines, nothing there before."""

from __future__ import annotations

from tests.benchmarks.bench import Bench, Figures
from tests.benchmarks.built_demo import build_demo, scale_1_home


def measure(bench: Bench) -> Figures:
    """Builds the demo, and leaves it to the benchmarks of a built warehouse."""
    return build_demo(scale_1_home(bench.work), bench.scale)
