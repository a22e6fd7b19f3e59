"""The demo merchant: a shop whose truths are known, and the vendors that hold its data, on this machine only."""
