"""The Census API over a merchant: retail time series and ACS 5-year, as arrays of arrays, with a mandatory key."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import polars as pl
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from demo.merchant import Merchant
from ingestion.sources.census.variables import REASONS, VARIABLES

API_KEY = "demo-key-census"
_TIME = re.compile(r"^(?:from )?(\d{4}(?:-\d{2})?)(?: to (\d{4}(?:-\d{2})?))?$")
_GEOGRAPHY = "zip code tabulation area"
_EITS_COLUMNS = {"month": "time", "program": "program_code"}
_NO_MARGIN = "-222222222"
_UNNAMED_REASON = "-666666666"


def routes(merchant: Merchant) -> list[Route]:
    """The Census Bureau's routes.

    Args:
        merchant: whose tables are served.
    """
    api = _Api(merchant)
    return [
        Route("/data/timeseries/eits/{program}", _with_key(api.retail), methods=["GET"]),
        Route("/data/{year:int}/acs/acs5", _with_key(api.demographics), methods=["GET"]),
    ]


class _Api:
    def __init__(self, merchant: Merchant) -> None:
        self._merchant = merchant

    def retail(self, request: Request) -> Response:
        """A program's series, by time and by any variable."""
        program, asked = request.path_params["program"], request.query_params
        if program not in ("marts", "mrts"):
            return PlainTextResponse("error: unknown dataset", status_code=404)
        rows = self._merchant.frame("census", "eits_retail").filter(pl.col("program") == program).collect()
        rows = rows.rename(_EITS_COLUMNS).with_columns(us=pl.lit("1"))
        span = _TIME.match(asked.get("time", "from 1992"))
        if span is None:
            return PlainTextResponse("error: invalid 'time' argument", status_code=400)
        is_open = asked.get("time", "from").startswith("from") and span[2] is None
        last = "9999-12" if is_open else span[2] or span[1]
        month = pl.col("time")
        rows = rows.filter(month.is_between(pl.lit(span[1]), pl.lit(last if "-" in last else f"{last}-12")))
        columns = [c.strip() for c in asked.get("get", "").split(",") if c.strip()]
        for name, value in asked.items():
            if name in ("get", "time", "for", "key"):
                continue
            if name not in rows.columns:
                return _unknown(name)
            rows = rows.filter(pl.col(name) == value)
            columns += [] if name in columns else [name]
        return _table(rows, [*columns, "time", *(["us"] if "for" in asked else [])])

    def demographics(self, request: Request) -> Response:
        """A vintage by ZIP code tabulation area."""
        stored = self._merchant.frame("census", "acs_zcta").collect()
        if stored.is_empty():
            return Response(status_code=204)
        rows = stored.filter(pl.col("vintage_year") == request.path_params["year"])
        if rows.is_empty():
            return PlainTextResponse("error: unknown dataset", status_code=404)
        if request.query_params.get("for") != f"{_GEOGRAPHY}:*":
            return PlainTextResponse("error: unsupported geography heirarchy", status_code=400)
        names = request.query_params.get("get", "").split(",")
        return _table(rows.sort("zcta").select(_acs_columns()), [*names, _GEOGRAPHY])


def _acs_columns() -> list[pl.Expr]:
    columns = [pl.col("name").alias("NAME"), pl.col("zcta").alias(_GEOGRAPHY)]
    for column, code in VARIABLES.items():
        columns.append(_text(column).fill_null(_sentinel_of(column)).alias(f"{code}E"))
        columns.append(_text(f"{column}_moe").fill_null(_NO_MARGIN).alias(f"{code}M"))
    return columns


def _sentinel_of(column: str) -> pl.Expr:
    """The sentinel that says why an estimate is missing; none where no reason is held."""
    reason = pl.col("null_reasons").str.json_path_match(f"$.{column}")
    sentinels = {text: number for number, text in REASONS.items()}
    return reason.replace_strict(sentinels, default=pl.when(reason.is_not_null()).then(pl.lit(_UNNAMED_REASON)))


def _text(column: str) -> pl.Expr:
    return (
        pl.col(column).cast(pl.String).str.replace(r"\.?0+$", "")
        if column.startswith("median")
        else pl.col(column).cast(pl.String)
    )


def _table(rows: pl.DataFrame, columns: Sequence[str]) -> Response:
    for name in columns:
        if name not in rows.columns:
            return _unknown(name)
    if rows.is_empty():
        return Response(status_code=204)
    cells = rows.select(pl.concat_list(pl.col(columns).cast(pl.String)).implode().alias("rows"))
    header = pl.DataFrame({"rows": [[list(columns)]]})
    body = header.select(pl.concat_list("rows", cells["rows"])).write_json()
    return Response(body.removeprefix('[{"rows":').removesuffix("}]"), media_type="application/json")


def _unknown(variable: str) -> Response:
    return PlainTextResponse(f"error: unknown variable '{variable}'", status_code=400)


def _with_key(answer: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Refuses queries without the key as the Census Bureau does: with a page for people, and HTTP 200."""

    def keyed(request: Request) -> Response:
        key = request.query_params.get("key")
        if key == API_KEY:
            return answer(request)
        title = "Invalid Key" if key else "Missing Key"
        return HTMLResponse(
            f"<html><head><title>{title}</title></head><body><p>A valid key must be included.</p></body></html>"
        )

    return keyed
