"""The Census connector against the local server, on real retail history where it is at hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from demo.faults import FaultPlan
from demo.merchant import Merchant
from demo.vendors.census.api import routes
from ingestion.load.pipeline import run_source
from ingestion.source import SourceError
from ingestion.sources.census.source import SOURCE
from shophouse.settings import Settings
from tests.support.ads_merchant import AS_OF
from tests.support.live import live
from tests.support.raw import assert_round_trip, landed, ordered
from tests.support.shared import shared

KEY = "demo-key-census"
EITS = SOURCE.table("eits_retail")
ACS = SOURCE.table("acs_zcta")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", as_of=AS_OF)


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("SOURCES__CENSUS__API_KEY", KEY)
    monkeypatch.setenv("RUNTIME__REQUEST_BACKOFF_FACTOR", "0.01")
    return monkeypatch


@pytest.fixture
def merchant(tmp_path: Path) -> Merchant:
    merchant = Merchant(tmp_path / "merchant")
    merchant.write("census", "eits_retail", _series())
    merchant.write("census", "acs_zcta", _areas())
    return merchant


@contextmanager
def serving(configured: pytest.MonkeyPatch, merchant: Merchant, faults: FaultPlan | None = None) -> Iterator[None]:
    with live(routes(merchant), faults) as url:
        configured.setenv("SOURCES__CENSUS__API_URL", url)
        yield


def test_what_lands_is_what_the_merchant_holds(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    with serving(configured, merchant):
        run_source(SOURCE, settings)
    assert_round_trip(settings, SOURCE, merchant)


def test_faults_change_nothing(configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant) -> None:
    with serving(configured, merchant, FaultPlan(rate=0.4, seed=2)):
        run_source(SOURCE, settings)
    assert_round_trip(settings, SOURCE, merchant)


def test_a_release_closes_what_it_revised_and_keeps_it_as_a_vintage(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    with serving(configured, merchant):
        run_source(SOURCE, settings)
    before = merchant.frame("census", "eits_retail").collect()
    is_revised = (pl.col("month") == "2026-09") & (pl.col("program") == "mrts")
    revised = pl.when(is_revised).then(pl.lit("612345")).otherwise("cell_value").alias("cell_value")
    merchant.write("census", "eits_retail", before.with_columns(revised))
    later = AS_OF + timedelta(days=28)
    with serving(configured, merchant):
        run_source(SOURCE, Settings(home=settings.home, as_of=later))
    assert_round_trip(settings, SOURCE, merchant, ignored=("retrieved_on",))
    assert_frame_equal(
        landed(settings, "census", EITS, "_valid_to is not null"),
        ordered(EITS, before.filter(is_revised)),
    )


def test_months_before_the_first_year_asked_stay_current(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    with serving(configured, merchant):
        run_source(SOURCE, settings)
        configured.setenv("SOURCES__CENSUS__START_YEAR", "2026")
        run_source(SOURCE, Settings(home=settings.home, as_of=AS_OF + timedelta(days=1)))
    assert_round_trip(settings, SOURCE, merchant, ignored=("retrieved_on",))


@pytest.mark.parametrize("kept", ["nothing", "the header", "a tenth"])
def test_an_answer_that_lacks_what_is_stored_of_its_months_is_refused(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant, kept: str
) -> None:
    # From 1996: the last answer of each program is of 2026 alone, a small part of what is stored.
    configured.setenv("SOURCES__CENSUS__START_YEAR", "1996")
    with serving(configured, merchant):
        run_source(SOURCE, settings)
    rest = merchant.frame("census", "eits_retail").collect()
    rest = rest.filter((pl.col("month") < "2026") | ((pl.col("month") == "2026-01") & (kept == "a tenth")))
    merchant.write("census", "eits_retail", rest)
    answers = routes(merchant)
    if kept == "the header":
        names = b"cell_value,data_type_code,time_slot_id,error_data,category_code,seasonally_adj,time,us"
        header = b'[["' + names.replace(b",", b'","') + b'"]]'
        answers = [Route("/data/timeseries/eits/{program}", lambda _: Response(header)), *answers[1:]]
    with live(answers) as url:
        configured.setenv("SOURCES__CENSUS__API_URL", url)
        report = run_source(SOURCE, Settings(home=settings.home, as_of=AS_OF + timedelta(days=1)))
    said = (
        r"eits_retail of marts, 2026-01-01 to 2026-12-31 .*an answer of \d+ rows where \d+ are stored.*SMALLEST_SHARE"
    )
    assert any(re.search(said, gap.sentence) for gap in report.gaps)
    assert landed(settings, "census", EITS, "_valid_to is not null").is_empty()


def test_a_missing_estimate_says_why(configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant) -> None:
    with serving(configured, merchant):
        run_source(SOURCE, settings)
    area = landed(settings, "census", ACS, "zcta = '00602'").row(0, named=True)
    assert area["median_household_income"] is None
    assert area["null_reasons"] == '{"median_household_income": "too few sample observations"}'
    assert area["median_age"] == Decimal("41.5")


def test_a_median_of_which_only_a_limit_is_told_is_flagged(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    rich = merchant.frame("census", "acs_zcta").collect().with_columns(median_household_income=pl.lit(Decimal(250_001)))
    merchant.write("census", "acs_zcta", rich)
    with serving(configured, merchant):
        run_source(SOURCE, settings)
    limits = landed(settings, "census", ACS)["median_limits"].to_list()
    assert limits and set(limits) == {'{"median_household_income": "at least"}'}


def test_the_real_history_lands_equal(configured: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    merchant = Merchant(tmp_path / "merchant")
    merchant.write(
        "census",
        "eits_retail",
        _history(shared("data/census_retail/mrts_long.parquet")),
    )
    with serving(configured, merchant):
        report = run_source(SOURCE, settings)
    assert report.rows["eits_retail"] == 37_896
    assert_round_trip(settings, SOURCE, merchant)


@pytest.mark.parametrize("key", ["wrong"])
def test_a_wrong_key_names_the_setting(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant, key: str
) -> None:
    configured.setenv("SOURCES__CENSUS__API_KEY", key)
    named = r"Invalid Key.*sources\.census\.api_key"
    with (
        serving(configured, merchant),
        pytest.raises(SourceError, match=named) as refused,
    ):
        run_source(SOURCE, settings)
    assert key not in str(refused.value)


def test_a_page_for_people_is_no_table(configured: pytest.MonkeyPatch, settings: Settings) -> None:
    def page(_: Request) -> Response:
        return HTMLResponse("<html><head><title>Down for maintenance</title></head></html>")

    with live([Route("/data/{rest:path}", page)]) as url:
        configured.setenv("SOURCES__CENSUS__API_URL", url)
        with pytest.raises(SourceError, match="Down for maintenance"):
            run_source(SOURCE, settings)


def test_no_network_is_said_without_the_key(configured: pytest.MonkeyPatch, settings: Settings) -> None:
    configured.setenv("SOURCES__CENSUS__API_URL", "http://127.0.0.1:9")
    configured.setenv("RUNTIME__REQUEST_MAX_ATTEMPTS", "2")
    with pytest.raises(SourceError, match="no answer") as failed:
        run_source(SOURCE, settings)
    assert KEY not in str(failed.value)


def _series() -> pl.DataFrame:
    months = [
        f"{year}-{month:02}" for year in range(2024, 2027) for month in range(1, 13) if (year, month) < (2026, 11)
    ]
    rows = pl.DataFrame({"month": months})
    for name, values in {
        "program": ["marts", "mrts"],
        "category_code": ["44X72", "441", "0123"],
        "seasonally_adj": ["yes", "no"],
    }.items():
        rows = rows.join(pl.DataFrame({name: values}), how="cross")
    number = pl.int_range(pl.len())
    sales = rows.with_columns(
        data_type_code=pl.lit("SM"),
        error_data=pl.lit("no"),
        cell_value=pl.when(number % 17 == 0).then(pl.lit("(S)")).otherwise((number * 31).cast(pl.String)),
    )
    errors = rows.with_columns(
        data_type_code=pl.lit("E_SM"),
        error_data=pl.lit("yes"),
        cell_value=pl.lit("1.2"),
    )
    return pl.concat([sales, errors]).with_columns(time_slot_id=pl.lit("0"))


def _areas() -> pl.DataFrame:
    common = {
        "vintage_year": 2024,
        "population": 17_000,
        "population_moe": None,
        "households": 6_500,
        "households_moe": 210,
    }
    rest = {
        "median_age": Decimal("41.5"),
        "median_age_moe": Decimal("0.9"),
        "occupied_units": 6_000,
    }
    units = {
        "occupied_units_moe": 100,
        "owner_occupied_units": 4_000,
        "owner_occupied_units_moe": 90,
    }
    income = {
        "median_household_income": Decimal(20_100),
        "median_household_income_moe": Decimal(900),
        "null_reasons": "{}",
    }
    reason = {"median_household_income": None, "median_household_income_moe": None}
    reason |= {"null_reasons": '{"median_household_income": "too few sample observations"}'}
    named = [("00601", income), ("00602", reason)]
    rows = [
        common | rest | units | more | {"zcta": code, "name": f"ZCTA5 {code}", "retrieved_on": date(2026, 11, 20)}
        for code, more in named
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _history(file: Path) -> pl.DataFrame:
    """The survey's own workbook in the API's words."""
    is_suppressed = pl.col("sales_musd").is_null()
    return pl.read_parquet(file).select(
        program=pl.lit("mrts"),
        month=pl.col("month").dt.to_string("%Y-%m"),
        category_code=pl.coalesce("naics", "kind_of_business"),
        data_type_code=pl.lit("SM"),
        seasonally_adj=pl.when("seasonally_adjusted").then(pl.lit("yes")).otherwise(pl.lit("no")),
        error_data=pl.lit("no"),
        cell_value=pl.when(is_suppressed)
        .then(pl.col("flag").str.strip_prefix("P"))
        .otherwise(pl.col("sales_musd").cast(pl.Int64).cast(pl.String)),
        time_slot_id=pl.lit("0"),
    )
