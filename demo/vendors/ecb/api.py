"""The European Central Bank's files of reference rates over a merchant: a CSV in a ZIP, as the bank writes it."""

from __future__ import annotations

import zipfile
from io import BytesIO

import polars as pl
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from demo.merchant import Merchant

NAME = "ecb"
_ZIP_TIME = (2026, 1, 1, 0, 0, 0)
"""Of the member, so that the same rates are the same bytes."""


def routes(merchant: Merchant) -> list[Route]:
    """The bank's routes.

    Args:
        merchant: whose rates are served.
    """

    def file(request: Request) -> Response:
        name = request.path_params["name"]
        rates = merchant.frame(NAME, "reference_rates").collect()
        if name not in _WRITTEN:
            return HTMLResponse("<html><head><title>Page not found</title></head></html>", status_code=404)
        return Response(_zipped(f"{name}.csv", _WRITTEN[name](rates)), media_type="application/zip")

    return [Route("/stats/eurofxref/{name}.zip", file, methods=["GET"])]


def _history(rates: pl.DataFrame) -> str:
    """Every day, newest first; each line ends with a comma."""
    return _lines(_wide(rates), ",", "%Y-%m-%d")


def _newest(rates: pl.DataFrame) -> str:
    """The last day, with a blank after each comma, and only the currencies that the bank still states."""
    last = rates.filter((pl.col("date") == pl.col("date").max()) & pl.col("rate").is_not_null())
    return _lines(_wide(last), ", ", "%d %B %Y")


_WRITTEN = {"eurofxref-hist": _history, "eurofxref": _newest}


def _wide(rates: pl.DataFrame) -> pl.DataFrame:
    # The bank writes no trailing zeros.
    written = pl.col("rate").cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
    return (
        rates.with_columns(written)
        .sort("date", "currency", descending=[True, False])
        .pivot("currency", index="date", values="rate", maintain_order=True)
        .fill_null("N/A")
    )


def _lines(days: pl.DataFrame, comma: str, form: str) -> str:
    written = days.with_columns(pl.col("date").dt.strftime(form))
    lines = [("Date", *days.columns[1:]), *written.iter_rows()]
    return "".join("".join(f"{cell}{comma}" for cell in line) + "\n" for line in lines)


def _zipped(name: str, text: str) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, _ZIP_TIME), text)
    return packed.getvalue()
