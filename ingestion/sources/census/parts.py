"""The surveys' answers one by one: what is refused, or holds less than what is stored, is a gap of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.contract import RawTable
from ingestion.kit.gaps import Gaps, Part
from ingestion.kit.refusal import Cause, Reach, Refusal
from ingestion.kit.windows import DateWindow
from ingestion.source import ExtractRequest
from ingestion.sources.census.settings import NAME

T = TypeVar("T")


def years(survey: str, table: RawTable, first: int, last: int) -> Part:
    """Years of a survey.

    Args:
        survey: marts, mrts or acs5.
        table: that they fill.
        first: year.
        last: year, included.
    """
    return Part(survey, table.name, DateWindow(date(first, 1, 1), date(last, 12, 31)))


class Parts:
    """What a run could read of the surveys.

    Args:
        request: the run's.
        gaps: where the rest is noted.
    """

    def __init__(self, request: ExtractRequest, gaps: Gaps) -> None:
        self._request = request
        self._gaps = gaps
        self._has_read = False
        self._first_refusal: Refusal | None = None

    def read(self, part: Part, read: Callable[[], T]) -> T | None:
        """What a part holds; None where it is refused.

        Raises:
            Refusal: nothing of the source can be read, for the same reason.
        """
        try:
            found = read()
        except Refusal as refusal:
            if refusal.reach is Reach.SOURCE and not self._has_read:
                raise
            self._first_refusal = self._first_refusal or refusal
            self._gaps.failed(part, refusal)
            return None
        self._has_read = True
        self._gaps.read(part)
        return found

    def refuse_nothing(self) -> None:
        """Raises the first refusal where nothing at all was read.

        Raises:
            Refusal: the first.
        """
        if self._first_refusal and not self._has_read:
            raise self._first_refusal

    def refuse_shrinkage(self, what: str, held: int, sent: int) -> None:
        """Doubts an answer that holds much less than what it would replace.

        Args:
            what: was asked, named in the error.
            held: rows that are stored of it.
            sent: rows of the answer.

        Raises:
            Refusal: it holds too few.
        """
        share = self._request.settings.smallest_share
        if sent >= held * share:
            return
        said = f"an answer of {sent:,} rows where {held:,} are stored, below {share:.0%}"
        advice = (
            "what is stored stays; if the Census Bureau really holds so few, run it once with "
            "SHOPHOUSE_SMALLEST_SHARE=0 in the environment"
        )
        raise Refusal(NAME, f"{what}: {said}", advice, cause=Cause.NO_ANSWER, said=said)

    def held(self, table: RawTable) -> pa.Table | None:
        """How many rows hold now of each slice of a table."""
        return self._request.held.get(table.name)


def rows_where(held: pa.Table | None, condition: pc.Expression) -> int:
    """Rows stored of the slices that a condition selects."""
    if held is None:
        return 0
    return pc.sum(held.filter(condition).column("rows")).as_py() or 0  # type: ignore[no-any-return, attr-defined]
