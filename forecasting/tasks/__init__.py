"""One module an output: which series are forecast, and what becomes of them."""
