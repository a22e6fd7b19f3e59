"""Which days of a restating report are read again, on the account's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ingestion.settings import Settings
from ingestion.source import Extract
from ingestion.windows import DateWindow, cursors, remember_last_day, reread_window

AS_OF = datetime(2026, 11, 20, 3, tzinfo=UTC)
"""In New York it is still the 19th."""

NEW_YORK = "America/New_York"
OLDEST = date(2026, 1, 1)


def run(**asked: Any) -> Extract:
    return Extract(settings=Settings(home=Path("nowhere")), as_of=AS_OF, state={}, **asked)


def test_the_last_day_is_the_accounts_own() -> None:
    window = reread_window(run(), NEW_YORK, "2026-11-18", 28, OLDEST)
    assert window == DateWindow(date(2026, 10, 21), date(2026, 11, 19))


def test_a_backfill_is_of_the_accounts_days_and_leaves_the_cursor_alone() -> None:
    backfill = run(since=datetime(2026, 3, 2, 2, tzinfo=UTC), until=datetime(2026, 3, 4, 5, tzinfo=UTC))
    window = reread_window(backfill, NEW_YORK, "2026-11-18", 28, OLDEST)
    assert window == DateWindow(date(2026, 3, 1), date(2026, 3, 3))
    remember_last_day(backfill, "1", window)
    assert not cursors(backfill)


def test_a_run_remembers_the_last_day_that_it_read() -> None:
    extract = run()
    remember_last_day(extract, "1", reread_window(extract, NEW_YORK, None, 28, OLDEST))
    assert cursors(extract) == {"1": "2026-11-19"}
