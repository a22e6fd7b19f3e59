"""One folder a vendor."""
