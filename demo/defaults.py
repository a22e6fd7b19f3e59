"""The merchant that a demo shows unless it is asked for another."""

DEFAULT_SCALE = 0.04
"""1 is 100,000 customers and about 1,000,000 order lines."""

DEFAULT_DAYS = 730
"""Of history."""

DEFAULT_SEED = 7
