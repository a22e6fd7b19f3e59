"""TikTok's connector against the local server: what lands equals what the merchant holds, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from demo.faults import FaultPlan
from demo.merchant import Merchant
from demo.vendors.tiktok_ads.api import ACCESS_TOKEN, TikTokBehaviour, routes
from ingestion.load.pipeline import run_source
from ingestion.source import SourceError
from ingestion.sources.tiktok_ads.source import SOURCE
from shophouse.settings import Settings
from tests.support.ads_merchant import AS_OF, LAST_DAY
from tests.support.live import live
from tests.support.raw import assert_round_trip, landed, ordered
from tests.support.tiktok_merchant import ADVERTISER, NAME, with_tiktok

REPORTS = SOURCE.table("ad_reports")


@pytest.fixture(scope="module")
def merchant(tmp_path_factory: pytest.TempPathFactory) -> Merchant:
    return with_tiktok(tmp_path_factory.mktemp("merchant"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", as_of=AS_OF)


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("SOURCES__TIKTOK_ADS__ACCESS_TOKEN", ACCESS_TOKEN)
    monkeypatch.setenv("SOURCES__TIKTOK_ADS__ADVERTISER_IDS", ADVERTISER)
    monkeypatch.setenv("RUNTIME__REQUEST_BACKOFF_FACTOR", "0.01")
    monkeypatch.setattr("ingestion.sources.tiktok_ads.source.HISTORY_MONTHS", 3)
    return monkeypatch


@contextmanager
def serving(
    configured: pytest.MonkeyPatch,
    merchant: Merchant,
    behaviour: TikTokBehaviour | None = None,
    faults: FaultPlan | None = None,
) -> Iterator[None]:
    with live(routes(merchant, behaviour), faults) as url:
        configured.setenv("SOURCES__TIKTOK_ADS__API_URL", url)
        yield


def test_what_lands_is_what_the_merchant_holds(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    configured.setattr("ingestion.sources.tiktok_ads.client.ROWS_PER_PAGE", 50)
    with serving(configured, merchant):
        report = run_source(SOURCE, settings)
    assert_round_trip(settings, SOURCE, merchant)
    assert report.rows["ad_reports"] == 70 * 6


def test_faults_change_nothing(configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant) -> None:
    configured.setattr("ingestion.sources.tiktok_ads.client.ROWS_PER_PAGE", 50)
    with serving(configured, merchant, faults=FaultPlan(rate=0.3, seed=1)):
        run_source(SOURCE, settings)
    assert_round_trip(settings, SOURCE, merchant)


def test_passing_codes_inside_of_http_200_are_asked_again(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    with serving(configured, merchant, TikTokBehaviour(failing=(40100, 40200, 40201, 40202, 40700, 50000, 50002))):
        run_source(SOURCE, settings)
    assert_round_trip(settings, SOURCE, merchant)


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("ACCESS_TOKEN", "revoked", r"code 40105.*sources\.tiktok_ads\.access_token"),
        ("ADVERTISER_IDS", "999", r"code 40001.*sources\.tiktok_ads\.advertiser_ids"),
        ("LOOKBACK_DAYS", "400", "set it to a number of days from 1 to 90"),
        ("ADVERTISER_IDS", "", r"sources\.tiktok_ads\.advertiser_ids is not set"),
    ],
)
def test_a_refusal_names_the_setting(
    setting: str, value: str, said: str, configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    configured.setenv(f"SOURCES__TIKTOK_ADS__{setting}", value)
    with serving(configured, merchant), pytest.raises(SourceError, match=said) as refused:
        run_source(SOURCE, settings)
    assert ACCESS_TOKEN not in str(refused.value)


def test_a_day_that_never_succeeds_loads_nothing(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    configured.setenv("RUNTIME__REQUEST_MAX_ATTEMPTS", "2")
    with (
        serving(configured, merchant, TikTokBehaviour(failing=(40100,) * 9)),
        pytest.raises(SourceError, match=r"code 40100.*run again later"),
    ):
        run_source(SOURCE, settings)
    assert landed(settings, NAME, SOURCE.table("campaigns")).is_empty()


def test_what_tiktok_does_not_know_is_null(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    with serving(configured, merchant, TikTokBehaviour(unavailable=("reach", "total_complete_payment_rate"))):
        run_source(SOURCE, settings)
    found = landed(settings, NAME, REPORTS)
    assert found["reach"].is_null().all() and found["total_complete_payment_rate"].is_null().all()
    assert found["spend"].is_not_null().all()


def test_a_restated_day_gets_a_version_and_a_vanished_day_is_closed(
    configured: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    merchant = with_tiktok(tmp_path / "merchant", days=40)
    with serving(configured, merchant):
        run_source(SOURCE, settings)
    before = merchant.frame(NAME, "ad_reports").collect()
    restated, vanished = LAST_DAY - timedelta(days=20), LAST_DAY - timedelta(days=3)
    day = pl.col("stat_time_day")
    more = pl.when(day == restated).then(pl.col("complete_payment") + 1).otherwise("complete_payment")
    merchant.write(NAME, "ad_reports", before.filter(day != vanished).with_columns(complete_payment=more))
    with serving(configured, merchant):
        run_source(SOURCE, Settings(home=settings.home, as_of=AS_OF + timedelta(hours=6)))
    assert_round_trip(settings, SOURCE, merchant)
    closed = landed(settings, NAME, REPORTS, "_valid_to is not null")
    assert_frame_equal(closed, ordered(REPORTS, before.filter(day.is_in([restated, vanished]))))


def test_a_later_run_reads_the_days_that_may_be_restated_only(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    configured.setenv("SOURCES__TIKTOK_ADS__LOOKBACK_DAYS", "5")
    with serving(configured, merchant):
        run_source(SOURCE, settings)
        report = run_source(SOURCE, Settings(home=settings.home, as_of=AS_OF + timedelta(days=2)))
    assert report.rows["ad_reports"] == 6 * 6
    period = landed(settings, NAME, SOURCE.table("report_periods")).row(0, named=True)
    assert (period["advertiser_id"], period["last_day"]) == (ADVERTISER, LAST_DAY + timedelta(days=2))
