"""The simulated demo merchant: a shop whose truths are known."""

from ingestion.demo.simulation.simulate import (
    DEFAULT_DAYS,
    DEFAULT_SCALE,
    DEFAULT_SEED,
    simulate,
)

__all__ = ["DEFAULT_DAYS", "DEFAULT_SCALE", "DEFAULT_SEED", "simulate"]
