"""``shophouse demo`` as a newcomer runs it: default scale, nothing there before."""

from __future__ import annotations

from demo.defaults import DEFAULT_SCALE
from tests.benchmarks.bench import Bench, Figures
from tests.benchmarks.built_demo import build_demo


def measure(bench: Bench) -> Figures:
    """Builds the demo."""
    return build_demo(bench.work / "default_scale", DEFAULT_SCALE * bench.scale)
