"""Which days of a restating report are read again, on the account's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ingestion.kit.windows import DateWindow, cursors, remember_days, report_period, report_periods, reread_window
from ingestion.source import ExtractRequest
from shophouse.settings import Settings
from shophouse.tables import text

AS_OF = datetime(2026, 11, 20, 3, tzinfo=UTC)
"""In New York it is still the 19th."""

NEW_YORK = "America/New_York"
OLDEST = date(2026, 1, 1)
PERIODS = report_periods(text("account_id"))


def run(**asked: Any) -> ExtractRequest:
    return ExtractRequest(**{"settings": Settings(home=Path("nowhere")), "as_of": AS_OF, "state": {}, **asked})


def test_the_last_day_is_the_accounts_own() -> None:
    window = reread_window(run(), NEW_YORK, "2026-11-18", 28, OLDEST)
    assert window == DateWindow(date(2026, 10, 21), date(2026, 11, 19))


def test_a_backfill_is_of_the_accounts_days_and_leaves_the_cursor_alone() -> None:
    backfill = run(since=datetime(2026, 3, 2, 2, tzinfo=UTC), until=datetime(2026, 3, 4, 5, tzinfo=UTC))
    window = reread_window(backfill, NEW_YORK, "2026-11-18", 28, OLDEST)
    assert window == DateWindow(date(2026, 3, 1), date(2026, 3, 3))
    remember_days(backfill, "1", window)
    assert not cursors(backfill)
    assert not list(report_period(backfill, PERIODS, "1"))


def test_a_run_remembers_the_last_day_that_it_read() -> None:
    request = run()
    remember_days(request, "1", reread_window(request, NEW_YORK, None, 28, OLDEST))
    assert cursors(request) == {"1": "2026-11-19"}


def test_the_days_read_begin_with_the_oldest_that_any_run_read() -> None:
    first = run()
    remember_days(first, "1", reread_window(first, NEW_YORK, None, 28, OLDEST))
    later = run(state=first.state)
    remember_days(later, "1", reread_window(later, NEW_YORK, cursors(later)["1"], 28, date(2026, 2, 1)))
    assert _period(later) == {
        "account_id": "1",
        "first_day": OLDEST,
        "last_day": date(2026, 11, 19),
        "read_at": AS_OF,
    }


def test_a_first_day_that_an_earlier_version_read_is_learned_from_a_full_refresh() -> None:
    known = run(state={"last_day_by_account": {"1": "2026-11-18"}})
    remember_days(known, "1", reread_window(known, NEW_YORK, "2026-11-18", 28, OLDEST))
    assert _period(known)["first_day"] is None
    refresh = run(state=known.state, full_refresh=True)
    remember_days(refresh, "1", reread_window(refresh, NEW_YORK, "2026-11-19", 28, OLDEST))
    assert _period(refresh)["first_day"] == OLDEST


def _period(request: ExtractRequest) -> dict[str, Any]:
    (rows,) = report_period(request, PERIODS, "1")
    (row,) = rows.data.to_pylist()
    return dict(row)
