"""Station one: vendor APIs and files become typed tables in ``raw.duckdb``."""
