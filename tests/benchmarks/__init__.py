"""Speed and size of Shophouse, measured: ``python -m tests.benchmarks``."""
