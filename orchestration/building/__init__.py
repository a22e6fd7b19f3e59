"""The models as dbt compiled them, built and tested in one DuckDB process.

dbt compiles the project once for each version of it; a run executes what was compiled, which spares it a tenth of a
second for each of some thousand nodes. ``dbt build`` makes the same tables, which a test holds.
"""
