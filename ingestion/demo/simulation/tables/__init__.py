"""A view of a world as the tables of each vendor and spreadsheet."""
