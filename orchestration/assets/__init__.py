"""The assets of every station, one module each."""
