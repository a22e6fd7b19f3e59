"""Until when the models may learn: the last day that is over in every shop."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from forecasting.warehouse import _last_complete_date

DAYS = [date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20)]


@pytest.mark.parametrize(
    ("partial", "expected"),
    [
        # At 03:00 UTC the 19th is not over in New York, although it is yesterday.
        ({date(2026, 11, 19), date(2026, 11, 20)}, date(2026, 11, 18)),
        ({date(2026, 11, 20)}, date(2026, 11, 19)),
        # A series that ends before today has no partial day, and today is not over all the same.
        (set(), date(2026, 11, 19)),
    ],
)
def test_no_series_learns_from_a_day_that_is_not_over(partial: set[date], expected: date) -> None:
    history = pl.DataFrame({"date": DAYS, "is_complete_day": [day not in partial for day in DAYS]})
    assert _last_complete_date(history, datetime(2026, 11, 20, 3, tzinfo=UTC)) == expected
