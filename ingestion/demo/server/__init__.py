"""The local API server: vendors' protocols spoken from a merchant's tables, on loopback only."""
