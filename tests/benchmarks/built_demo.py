"""A demo's state folder, from empty."""

from __future__ import annotations

import shutil
from pathlib import Path

from shophouse.settings import Settings
from tests.benchmarks.bench import AS_OF, Bench, Figures
from tests.benchmarks.command import cost_of


def build_demo(home: Path, scale: float) -> Figures:
    """``shophouse demo`` into a folder that is emptied before.

    Args:
        home: state folder.
        scale: of the merchant; 1 is 1,000,000 order lines.

    Returns:
        what it cost, as `cost_of` tells it, and the size of the published file.
    """
    shutil.rmtree(home, ignore_errors=True)
    cost = cost_of(["demo", "--scale", f"{scale:g}"], home, AS_OF)
    return {**cost, "published MB": Settings(home=home).published_db.stat().st_size / 1e6}


def scale_1_home(work: Path) -> Path:
    """Where a run keeps the demo of scale 1 times the run's scale."""
    return work / "scale_1"


def built_demo(bench: Bench) -> Settings:
    """A state folder with a publication: the one that was given, or this run's demo, built now if need be.

    Raises:
        FileNotFoundError: the given folder has no publication.
    """
    home = bench.home or scale_1_home(bench.work)
    settings = Settings(home=home)
    if not settings.published_db.exists():
        if bench.home:
            raise FileNotFoundError(f"--home {home}: nothing is published there; run `shophouse demo` in it first")
        build_demo(home, bench.scale)
    return settings
