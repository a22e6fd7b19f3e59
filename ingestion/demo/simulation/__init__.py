"""The simulated demo merchant: a shop whose truths are known."""

from ingestion.demo.simulation.simulate import simulate

__all__ = ["simulate"]
