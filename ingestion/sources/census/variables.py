"""Names and sentinel numbers of the American Community Survey; the connector and the local API server share them."""

from __future__ import annotations

VARIABLES = {
    "population": "B01003_001",
    "households": "B11001_001",
    "median_household_income": "B19013_001",
    "median_age": "B01002_001",
    "occupied_units": "B25003_001",
    "owner_occupied_units": "B25003_002",
}
"""ACS variable by column; the suffix E is the estimate, M its margin of error."""

LIMITS = {"median_household_income": {"2499": "at most", "250001": "at least"}}
"""What the Census Bureau sends for a median in its open first or last interval: one beyond the interval's limit."""

REASONS = {
    "-666666666": "too few sample observations",
    "-999999999": "not available",
    "-888888888": "not applicable",
    "-222222222": "too few sample observations for a margin of error",
    "-333333333": "the median is in an open-ended interval",
    "-555555555": "controlled estimate",
}
"""What the Census Bureau's sentinel numbers say in the place of a value."""
