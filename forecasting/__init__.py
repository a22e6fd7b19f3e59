"""Station three: daily series in, honest forecasts out.

Pure functions of polars frames; only :mod:`forecasting.warehouse` touches a database.
"""
