"""The merchant's spreadsheets."""
