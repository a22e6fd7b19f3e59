"""The Census Bureau: what it holds and how it answers."""
