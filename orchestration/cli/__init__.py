"""The command line: a thin layer over the jobs and pipelines; nothing is computed here.

What works (Dagster, dlt, polars, the sources) is imported inside the commands: `--help` and `sql` answer at once.
"""
