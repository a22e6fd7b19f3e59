"""Files of the European Central Bank: a CSV in a ZIP, a line a day and a column a currency."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO

import polars as pl
from requests import Response

from ingestion.kit.calls import Calls
from ingestion.kit.errors import ErrorRules, VendorError
from ingestion.kit.http import HttpClient, interruptible_sleep
from ingestion.kit.refusal import Cause, Refusal
from ingestion.sources.ecb.settings import NAME, SETTINGS, EcbSettings

NEWEST = "eurofxref"
"""The last day's rates, a few hundred bytes."""

HISTORY = "eurofxref-hist"
"""Every day's rates since 1999, newest first."""

_TITLE = re.compile(r"<title>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_CURRENCY = re.compile(r"[A-Z]{3}")
_NOT_STATED = "N/A"
_DATES = ("%Y-%m-%d", "%d %B %Y")
"""How the history and the newest file write a day."""


def _read(response: Response) -> VendorError | None:
    if response.ok:
        return None
    title = _TITLE.search(response.text)
    return VendorError(
        status=response.status_code,
        code=f"HTTP {response.status_code}",
        message=" ".join(title[1].split())[:200] if title else str(response.reason),
    )


RULES = ErrorRules(
    source=NAME,
    vendor="the European Central Bank",
    read=_read,
    passing=frozenset(),
    advice={"HTTP 40[34]": f"check {SETTINGS.key('api_url')}, or whether the bank has moved its files"},
    otherwise="run again later",
)


class EcbClient:
    """The bank's files.

    Args:
        settings: base URL.
        sleep: takes seconds.
    """

    def __init__(self, settings: EcbSettings, sleep: Callable[[float], None] = interruptible_sleep) -> None:
        self._base = f"{settings.api_url}/stats/eurofxref"
        self._calls = Calls(RULES, HttpClient(NAME, RULES.retry_in, sleep=sleep))

    def rates(self, file: str) -> pl.DataFrame:
        """The rates of a file.

        Args:
            file: :data:`NEWEST` or :data:`HISTORY`.

        Returns:
            ``date``, ``currency``, ``rate`` (units of the currency for one euro, as text; null: not stated).

        Raises:
            Refusal: the bank refused, no answer came, or it is no such file.
        """
        doing = f"GET {file}.zip"
        _, rows = self._calls.ask("GET", f"{self._base}/{file}.zip", doing, lambda body: _rows(doing, body))
        return rows


def _rows(doing: str, body: bytes) -> pl.DataFrame:
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            (member,) = archive.namelist()
            text = archive.read(member)
        wide = pl.read_csv(text, infer_schema=False, truncate_ragged_lines=True)
        wide = wide.rename({name: name.strip() or "end" for name in wide.columns})
        currencies = [name for name in wide.columns if _CURRENCY.fullmatch(name)]
        long = wide.unpivot(currencies, index="Date", variable_name="currency", value_name="rate")
    except (zipfile.BadZipFile, ValueError, pl.exceptions.PolarsError) as error:
        raise _no_file(doing, body) from error
    if long.is_empty():
        raise _no_file(doing, body)
    written = pl.col("Date").str.strip_chars()
    stated = pl.col("rate").str.strip_chars()
    return long.select(
        pl.coalesce(written.str.to_date(form, strict=False) for form in _DATES).alias("date"),
        "currency",
        pl.when(~stated.is_in([_NOT_STATED, ""])).then(stated).alias("rate"),
    )


def _no_file(doing: str, body: bytes) -> Refusal:
    start = body[:80].decode(errors="replace")
    return Refusal(
        NAME,
        f"{doing}: the answer is no ZIP with one CSV of rates (it begins {start!r})",
        f"check {SETTINGS.key('api_url')}; a proxy or a page for people may be in between",
        cause=Cause.NO_ANSWER,
        said=start,
    )
