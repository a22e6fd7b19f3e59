"""The European Central Bank: what it states and how it answers."""
