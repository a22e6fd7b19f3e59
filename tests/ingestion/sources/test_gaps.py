"""A part that fails costs that part: the rest lands, the gap is a row, and the next run asks for it again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import orjson
import polars as pl
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from demo.merchant import Merchant
from demo.vendors.census.api import routes as census_routes
from demo.vendors.google_ads.api import routes as google_routes
from demo.vendors.meta_ads.api import routes as meta_routes
from demo.vendors.tiktok_ads.api import ACCESS_TOKEN as TIKTOK_TOKEN
from demo.vendors.tiktok_ads.api import routes as tiktok_routes
from ingestion.kit.gaps import GAPS
from ingestion.load.pipeline import run_source
from ingestion.load.report import LoadReport
from ingestion.source import Source, SourceError
from ingestion.sources.census.source import SOURCE as CENSUS
from ingestion.sources.google_ads.source import SOURCE as GOOGLE
from ingestion.sources.meta_ads.source import SOURCE as META
from ingestion.sources.tiktok_ads.source import SOURCE as TIKTOK
from shophouse.settings import Settings
from tests.support.ads_merchant import AS_OF, GOOGLE_CUSTOMER, LAST_DAY, META_ACCOUNT, with_google, with_meta
from tests.support.live import Instead, live
from tests.support.raw import assert_round_trip, landed
from tests.support.tiktok_merchant import ADVERTISER, with_tiktok

BAD_DAY = LAST_DAY - timedelta(days=5)
LATER = AS_OF + timedelta(hours=6)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", as_of=AS_OF)


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    values = {
        "META_ADS__ACCESS_TOKEN": "demo-token-meta",
        "GOOGLE_ADS__DEVELOPER_TOKEN": "demo-developer-token",
        "GOOGLE_ADS__CLIENT_ID": "client",
        "GOOGLE_ADS__CLIENT_SECRET": "client-secret",
        "GOOGLE_ADS__REFRESH_TOKEN": "demo-token-google",
        "TIKTOK_ADS__ACCESS_TOKEN": TIKTOK_TOKEN,
        "TIKTOK_ADS__ADVERTISER_IDS": ADVERTISER,
        "CENSUS__API_KEY": "demo-key-census",
        "CENSUS__START_YEAR": "2024",
    }
    for name, value in values.items():
        monkeypatch.setenv(f"SOURCES__{name}", value)
    monkeypatch.setenv("RUNTIME__REQUEST_BACKOFF_FACTOR", "0.001")
    monkeypatch.setattr("ingestion.sources.meta_ads.reports.FIRST_POLL_SECONDS", 0.001)
    for module, months in (
        ("meta_ads.source.RETENTION", 2),
        ("google_ads.source.HISTORY", 2),
        ("tiktok_ads.source.HISTORY", 2),
    ):
        monkeypatch.setattr(f"ingestion.sources.{module}_MONTHS", months)
    monkeypatch.setattr("ingestion.sources.google_ads.source.CLICK_DAYS", 20)
    return monkeypatch


class Vendors:
    """Runs sources against vendors that sometimes answer otherwise."""

    def __init__(self, configured: pytest.MonkeyPatch, settings: Settings, folder: Path) -> None:
        self._configured = configured
        self.settings = settings
        self.merchants = {
            META.name: with_meta(folder / "meta", days=40),
            GOOGLE.name: with_google(folder / "google", days=20),
            TIKTOK.name: with_tiktok(folder / "tiktok", days=20),
        }

    def run(self, source: Source, instead: Instead | None = None, as_of: datetime = AS_OF) -> LoadReport:
        with live(ROUTES[source.name](self.merchants[source.name]), instead=instead) as url:
            self._configured.setenv(f"SOURCES__{source.name.upper()}__API_URL", url)
            self._configured.setenv(f"SOURCES__{source.name.upper()}__TOKEN_URL", f"{url}/token")
            return run_source(source, Settings(home=self.settings.home, as_of=as_of))

    def gaps(self, source: Source) -> list[dict[str, Any]]:
        return landed(self.settings, source.name, GAPS).to_dicts()

    def assert_landed(self, source: Source) -> None:
        assert_round_trip(self.settings, source, self.merchants[source.name])

    def days(self, source: Source, table: str) -> set[date]:
        declared = source.table(table)
        return set(landed(self.settings, source.name, declared, "_valid_to is null")[declared.merge_key[1]])


ROUTES: dict[str, Callable[[Merchant], Any]] = {
    META.name: lambda merchant: meta_routes(merchant, AS_OF),
    GOOGLE.name: google_routes,
    TIKTOK.name: tiktok_routes,
}


@pytest.fixture
def vendors(configured: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> Vendors:
    return Vendors(configured, settings, tmp_path)


class FailingRuns:
    """Meta's runs of one report end in Job Failed wherever they hold one day."""

    def __init__(self, breakdowns: list[str]) -> None:
        self._breakdowns = breakdowns
        self.submitted = 0

    def __call__(self, request: Request, body: str) -> Response | None:
        form = {name: values[0] for name, values in parse_qs(body).items()}
        if request.method == "POST" and orjson.loads(form.get("breakdowns", "[]")) == self._breakdowns:
            span = orjson.loads(form["time_range"])
            if span["since"] <= BAD_DAY.isoformat() <= span["until"]:
                self.submitted += 1
                return JSONResponse({"report_run_id": "999"})
        if request.url.path.endswith("/999"):
            failure = {"error_code": 1504022, "error_subcode": 2108006, "error_message": "Breakdown is not available"}
            return JSONResponse({"id": "999", "async_status": "Job Failed", "async_percent_completion": 0} | failure)
        return None


def test_a_report_that_never_completes_costs_its_day(vendors: Vendors) -> None:
    fails = FailingRuns(["country"])
    report = vendors.run(META, fails)
    (gap,) = vendors.gaps(META)
    assert (gap["account_id"], gap["report"], gap["cause"]) == (META_ACCOUNT, "ad_insights_country", "failed")
    assert (gap["first_day"], gap["last_day"]) == (BAD_DAY, BAD_DAY)
    assert (gap["code"], gap["subcode"]) == ("1504022", "2108006")
    assert gap["message"] == "Job Failed: Breakdown is not available"
    assert (
        "ad_insights_country of 1001, 2026-11-15 to 2026-11-15 (failed since 2026-11-20): 1504022/2108006"
        in report.gaps[0].sentence
    )
    assert vendors.days(META, "ad_insights_country") == vendors.days(META, "ad_insights") - {BAD_DAY}
    vendors.run(META, fails, LATER)
    (again,) = vendors.gaps(META)
    assert (again["first_tried_at"], again["last_tried_at"], again["closed_at"]) == (AS_OF, LATER, None)
    assert vendors.run(META, as_of=LATER).gaps == ()
    assert vendors.gaps(META)[0]["closed_at"] == LATER
    vendors.assert_landed(META)


def test_days_that_failed_are_asked_for_again_however_long_ago(
    vendors: Vendors, configured: pytest.MonkeyPatch
) -> None:
    configured.setattr("ingestion.sources.meta_ads.source.RETENTION_MONTHS", 5)
    vendors.run(META, FailingRuns(["country"]))
    vendors.run(META, as_of=AS_OF + timedelta(days=60))
    assert vendors.gaps(META)[0]["closed_at"]
    assert BAD_DAY in vendors.days(META, "ad_insights_country")


def test_a_run_that_meta_has_just_begun_is_looked_at_again(vendors: Vendors) -> None:
    seen: set[str] = set()
    unknown = {"message": "Unsupported get request.", "code": 100, "error_subcode": 33}

    def forgetful(request: Request, body: str) -> Response | None:
        path = request.url.path
        if request.method != "GET" or "/6" not in path or path.endswith("insights") or path in seen:
            return None
        seen.add(path)
        return JSONResponse({"error": unknown}, status_code=400)

    assert vendors.run(META, forgetful).gaps == ()
    assert seen
    vendors.assert_landed(META)


def test_a_report_that_fails_day_after_day_is_not_asked_for_any_more(vendors: Vendors) -> None:
    class AllFail(FailingRuns):
        def __call__(self, request: Request, body: str) -> Response | None:
            if request.method == "POST" and "country" in body:
                self.submitted += 1
                return JSONResponse({"report_run_id": "999"})
            return super().__call__(request, body)

    fails = AllFail(["country"])
    vendors.run(META, fails)
    assert fails.submitted < 40
    (gap,) = vendors.gaps(META)
    assert gap["last_day"] == LAST_DAY and gap["report"] == "ad_insights_country"
    assert vendors.days(META, "ad_insights")


def _closed_customer(request: Request, body: str) -> Response | None:
    if request.url.path.endswith("customers:listAccessibleCustomers"):
        return JSONResponse({"resourceNames": [f"customers/{GOOGLE_CUSTOMER}", "customers/7002"]})
    if "/customers/7002/" in request.url.path:
        return _google_error(403, "authorizationError", "CUSTOMER_NOT_ENABLED", "The customer can't be used.")
    return None


def _google_error(status: int, kind: str, code: str, message: str) -> Response:
    detail = {"errorCode": {kind: code}, "message": message}
    error = {"code": status, "message": message, "status": "X", "details": [{"errors": [detail]}]}
    return JSONResponse([{"error": error}], status_code=status)


@pytest.mark.parametrize("named", [False, True])
def test_a_closed_account_costs_itself(vendors: Vendors, configured: pytest.MonkeyPatch, named: bool) -> None:
    if named:
        configured.setenv("SOURCES__GOOGLE_ADS__CUSTOMER_IDS", f"{GOOGLE_CUSTOMER},7002")
    vendors.run(GOOGLE, _closed_customer)
    (gap,) = vendors.gaps(GOOGLE)
    assert (gap["account_id"], gap["report"], gap["cause"]) == ("7002", None, "closed")
    assert (gap["code"], gap["message"]) == ("CUSTOMER_NOT_ENABLED", "The customer can't be used.")
    advice = "take it out of sources.google_ads.customer_ids" if named else "name the accounts to read in"
    assert advice in gap["advice"]
    vendors.assert_landed(GOOGLE)


def test_an_account_that_was_closed_keeps_its_days(vendors: Vendors, configured: pytest.MonkeyPatch) -> None:
    vendors.run(GOOGLE)
    configured.setenv("SOURCES__GOOGLE_ADS__CUSTOMER_IDS", GOOGLE_CUSTOMER)

    def closed(request: Request, body: str) -> Response | None:
        if "searchStream" not in request.url.path:
            return None
        return _google_error(403, "authorizationError", "CUSTOMER_NOT_ENABLED", "Not enabled.")

    vendors.run(GOOGLE, closed, LATER)
    assert vendors.gaps(GOOGLE)[0]["cause"] == "closed"
    vendors.assert_landed(GOOGLE)


def test_a_quota_that_ends_keeps_what_was_read_and_the_next_run_reads_the_rest(vendors: Vendors) -> None:
    asked = 0

    def used_up(request: Request, body: str) -> Response | None:
        nonlocal asked
        asked += "segments.date" in body
        if asked <= 4:
            return None
        return _google_error(429, "quotaError", "RESOURCE_EXHAUSTED", "The day is used up.")

    vendors.run(GOOGLE, used_up)
    assert asked == 5
    assert {gap["code"] for gap in vendors.gaps(GOOGLE)} == {"RESOURCE_EXHAUSTED"}
    assert vendors.days(GOOGLE, "customer_stats")
    assert vendors.run(GOOGLE, as_of=LATER).gaps == ()
    vendors.assert_landed(GOOGLE)


NO_ANSWERS = {
    "an error": JSONResponse({"error": "internal"}),
    "an error object": JSONResponse({"error": {"message": "internal"}}),
    "nothing": JSONResponse({}),
    "no data": JSONResponse({"data": None}),
    "null": JSONResponse(None),
    "an empty body": Response(b""),
    "an empty list": JSONResponse([]),
    "an empty page": JSONResponse({"code": 0, "data": {"list": [], "page_info": {"total_page": 1}}}),
    "no rows": JSONResponse({"data": []}),
    "a page": HTMLResponse("<html><title>Sign in</title></html>"),
    "half a body": Response(b'{"data": [{"spend": "1', media_type="application/json"),
}
REPORT_PATHS = {META.name: "/insights", GOOGLE.name: "searchStream", TIKTOK.name: "report/integrated/get"}


@pytest.mark.parametrize(
    ("source", "answer"),
    [(TIKTOK, name) for name in NO_ANSWERS]
    + [(META, name) for name in ("an error", "no data", "no rows", "half a body")]
    + [(GOOGLE, name) for name in ("an error object", "nothing", "an empty list", "a page")],
    ids=lambda given: given if isinstance(given, str) else given.name,
)
def test_an_answer_that_is_none_changes_nothing(vendors: Vendors, source: Source, answer: str) -> None:
    vendors.run(source)

    def instead(request: Request, body: str) -> Response | None:
        is_report = (
            REPORT_PATHS[source.name] in request.url.path and request.method == "GET"
        ) or "segments.date" in body
        return NO_ANSWERS[answer] if is_report else None

    vendors.run(source, instead, LATER)
    open_gaps = [gap for gap in vendors.gaps(source) if gap["closed_at"] is None]
    assert open_gaps and all(gap["first_tried_at"] == LATER for gap in open_gaps)
    vendors.assert_landed(source)
    assert vendors.run(source, as_of=LATER + timedelta(hours=1)).gaps == ()


def test_a_day_that_never_succeeds_costs_that_day(vendors: Vendors, configured: pytest.MonkeyPatch) -> None:
    configured.setenv("RUNTIME__REQUEST_MAX_ATTEMPTS", "2")

    def trouble(request: Request, body: str) -> Response | None:
        first, last = (request.query_params.get(f"{end}_date", "") for end in ("start", "end"))
        if not first or not first <= BAD_DAY.isoformat() <= last:
            return None
        return JSONResponse({"code": 50000, "message": "System error", "data": {}})

    vendors.run(TIKTOK, trouble)
    gaps = {gap["report"]: (gap["first_day"], gap["last_day"], gap["code"]) for gap in vendors.gaps(TIKTOK)}
    reports = ("advertiser_reports", "campaign_reports", "ad_reports")
    assert gaps == dict.fromkeys(reports, (BAD_DAY, BAD_DAY, "50000"))
    assert len(vendors.days(TIKTOK, "ad_reports")) == 19


def test_one_of_several_advertisers_that_is_refused_costs_itself(
    vendors: Vendors, configured: pytest.MonkeyPatch
) -> None:
    configured.setenv("SOURCES__TIKTOK_ADS__ADVERTISER_IDS", f"{ADVERTISER},999")
    vendors.run(TIKTOK)
    (gap,) = vendors.gaps(TIKTOK)
    assert (gap["account_id"], gap["code"], gap["cause"]) == ("999", "40001", "refused")
    vendors.assert_landed(TIKTOK)


def test_a_collection_that_is_refused_costs_itself(vendors: Vendors) -> None:
    def refused(request: Request, body: str) -> Response | None:
        error = {"code": 100, "error_subcode": 1, "message": "No creatives today"}
        return JSONResponse({"error": error}, status_code=400) if "adcreatives" in request.url.path else None

    vendors.run(META, refused)
    (gap,) = vendors.gaps(META)
    assert (gap["report"], gap["code"], gap["subcode"], gap["first_day"]) == ("creatives", "100", "1", None)
    assert vendors.days(META, "ad_insights")


def test_an_object_that_is_too_large_is_asked_for_with_fewer_fields(vendors: Vendors) -> None:
    def too_much(request: Request, body: str) -> Response | None:
        if "adcreatives" not in request.url.path or "body" not in request.query_params["fields"]:
            return None
        message = "Please reduce the amount of data you're asking for, then retry your request"
        return JSONResponse({"error": {"code": 1, "message": message}}, status_code=500)

    assert vendors.run(META, too_much).gaps == ()
    creatives = landed(vendors.settings, META.name, META.table("creatives"))
    assert creatives.height == 2 and creatives["name"].to_list() == ["c"] * 2
    assert creatives["body"].null_count() == 2


def test_a_row_without_a_part_of_its_key_lands_as_unknown(vendors: Vendors) -> None:
    row = {"account_id": META_ACCOUNT, "ad_id": "1101", "date_start": "2026-11-20", "publisher_platform": "facebook"}
    rows = [row | {"platform_position": position, "spend": "12.5"} for position in ("feed", "story")]

    def without_device(request: Request, body: str) -> Response | None:
        if request.method == "POST" and "impression_device" in body:
            return JSONResponse({"report_run_id": "998"})
        if request.url.path.endswith("/998/insights"):
            return JSONResponse({"data": rows})
        if request.url.path.endswith("/998"):
            return JSONResponse({"async_status": "Job Completed", "async_percent_completion": 100})
        return None

    assert vendors.run(META, without_device).gaps == ()
    placements = landed(vendors.settings, META.name, META.table("ad_insights_placement"))
    assert set(placements["impression_device"]) == {"unknown"} and placements["spend"].sum() == 25


def test_clicks_without_an_id_are_all_there(vendors: Vendors) -> None:
    click = {"segments": {"date": "2026-11-20", "device": "MOBILE"}, "campaign": {"id": "201"}}

    def without_gclid(request: Request, body: str) -> Response | None:
        return JSONResponse([{"results": [click, click]}]) if "'2026-11-20'" in body and "click_view" in body else None

    assert vendors.run(GOOGLE, without_gclid).gaps == ()
    clicks = landed(vendors.settings, GOOGLE.name, GOOGLE.table("click_view"), "date = '2026-11-20'")
    assert clicks["gclid"].to_list() == ["unknown", "unknown 2"]


def _census(tmp_path: Path) -> Merchant:
    merchant = Merchant(tmp_path / "census")
    series = {
        "category_code": "44X72",
        "data_type_code": "SM",
        "seasonally_adj": "yes",
        "error_data": "no",
        "cell_value": "731051",
        "time_slot_id": "0",
    }
    months = [
        {"program": program, "month": f"2026-0{n}"} | series for program in ("marts", "mrts") for n in range(1, 10)
    ]
    merchant.write("census", "eits_retail", pl.DataFrame(months))
    area = {"zcta": "00601", "name": "ZCTA5 00601", "population": 17_000, "retrieved_on": date(2026, 11, 20)}
    areas = [area | {"vintage_year": year} for year in (2024, 2025)]
    merchant.write("census", "acs_zcta", pl.DataFrame(areas))
    return merchant


@pytest.mark.parametrize(
    ("path", "table", "survey"),
    [("/data/2025/acs/acs5", "acs_zcta", "acs5"), ("/data/timeseries/eits/mrts", "eits_retail", "mrts")],
)
def test_one_survey_that_fails_is_not_another(
    configured: pytest.MonkeyPatch, settings: Settings, tmp_path: Path, path: str, table: str, survey: str
) -> None:
    def refused(request: Request, body: str) -> Response | None:
        said = "error: unknown variable 'B25003_001E'"
        return PlainTextResponse(said, status_code=400) if request.url.path == path else None

    with live(census_routes(_census(tmp_path)), instead=refused) as url:
        configured.setenv("SOURCES__CENSUS__API_URL", url)
        run_source(CENSUS, settings)
    (gap,) = landed(settings, CENSUS.name, GAPS).to_dicts()
    assert (gap["account_id"], gap["report"], gap["code"]) == (survey, table, "HTTP 400")
    assert gap["message"] == "error: unknown variable 'B25003_001E'"
    vintages = set(landed(settings, CENSUS.name, CENSUS.table("acs_zcta"))["vintage_year"])
    programs = set(landed(settings, CENSUS.name, CENSUS.table("eits_retail"))["program"])
    assert vintages == ({2024} if survey == "acs5" else {2025})
    assert programs == ({"marts", "mrts"} if survey == "acs5" else {"marts"})


def test_a_source_of_which_nothing_can_be_read_fails(vendors: Vendors) -> None:
    def revoked(request: Request, body: str) -> Response | None:
        return JSONResponse({"error": {"code": 190, "message": "Session has expired"}}, status_code=400)

    with pytest.raises(SourceError, match=r"190.*sources\.meta_ads\.access_token"):
        vendors.run(META, revoked)


def test_what_a_deleted_ad_cost_stays_in_the_totals(vendors: Vendors) -> None:
    vendors.run(META)
    merchant = vendors.merchants[META.name]
    rows = merchant.frame(META.name, "ad_insights").collect()
    ads = merchant.frame(META.name, "ads").collect()
    merchant.write(META.name, "ads", ads.filter(pl.col("id") != "1102"))
    report = vendors.run(META, as_of=LATER)
    assert report.gaps == ()
    current = "_valid_to is null and date_start = '2026-11-15'"
    spent = {
        table: landed(vendors.settings, META.name, META.table(table), current)["spend"].sum()
        for table in ("account_insights", "campaign_insights", "ad_insights")
    }
    of_day = rows.filter(pl.col("date_start") == BAD_DAY)
    assert spent["account_insights"] == spent["campaign_insights"] == of_day["spend"].sum()
    assert spent["ad_insights"] == of_day.filter(pl.col("ad_id") != "1102")["spend"].sum()


@pytest.mark.parametrize(
    ("source", "totals", "details"),
    [
        (META, ("account_insights", "campaign_insights"), "ad_insights"),
        (TIKTOK, ("advertiser_reports", "campaign_reports"), "ad_reports"),
        (GOOGLE, ("customer_stats",), "campaign_stats"),
    ],
    ids=lambda given: given.name if isinstance(given, Source) else "",
)
def test_totals_add_up_what_is_detailed(
    vendors: Vendors, source: Source, totals: tuple[str, ...], details: str
) -> None:
    vendors.run(source)
    spend = "cost_micros" if source is GOOGLE else "spend"
    detailed = landed(vendors.settings, source.name, source.table(details))
    for table in totals:
        found = landed(vendors.settings, source.name, source.table(table))
        assert found[spend].sum() == detailed[spend].sum()
        assert found["impressions"].sum() == detailed["impressions"].sum()
