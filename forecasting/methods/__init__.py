"""Pure functions on frames: panel, candidates, backtest, selection, calibration."""
