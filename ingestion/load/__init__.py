"""From batches to raw.duckdb in one transaction: all of a load or nothing."""
