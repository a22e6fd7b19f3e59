"""Public holidays of the countries that the shops' time zones lie in."""

from __future__ import annotations

from datetime import date

from forecasting.methods.holiday_calendar import countries_of, public_holidays


def test_countries_come_from_time_zones() -> None:
    assert countries_of(["America/New_York", "Europe/Berlin", "America/Chicago"]) == ["DE", "US"]
    assert countries_of(["UTC", "nowhere"]) == []


def test_holidays_are_those_of_every_country_by_date() -> None:
    days = public_holidays(["US", "DE"], date(2026, 10, 1), date(2026, 12, 25))
    named = dict(days.rows())
    assert named[date(2026, 10, 3)] == "DE: German Unity Day"
    assert named[date(2026, 11, 26)] == "US: Thanksgiving Day"
    assert named[date(2026, 12, 25)] == "DE: Christmas Day, US: Christmas Day"
    assert date(2026, 12, 26) not in named
    assert days["date"].is_sorted() and days["date"].is_unique().all()


def test_a_country_that_nobody_knows_has_no_holidays() -> None:
    assert public_holidays(["XX"], date(2026, 1, 1), date(2026, 12, 31)).is_empty()
    assert (
        public_holidays([], date(2026, 1, 1), date(2026, 12, 31)).schema
        == public_holidays(["US"], date(2026, 1, 1), date(2026, 12, 31)).schema
    )
