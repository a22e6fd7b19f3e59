"""Meta's connector against the local server: what lands equals what the merchant holds, whatever goes wrong."""

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
from demo.vendors.meta_ads.api import MetaBehaviour, routes
from ingestion.load.pipeline import run_source
from ingestion.source import SourceError
from ingestion.sources.meta_ads.client import MetaClient
from ingestion.sources.meta_ads.entities import accounts
from ingestion.sources.meta_ads.settings import read_settings
from ingestion.sources.meta_ads.source import SOURCE
from shophouse.settings import Settings
from tests.support.ads_merchant import AS_OF, LAST_DAY, META_ACCOUNT, with_meta
from tests.support.live import live
from tests.support.raw import assert_round_trip, landed, ordered

TOKEN = "demo-token-meta"


@pytest.fixture(scope="module")
def merchant(tmp_path_factory: pytest.TempPathFactory) -> Merchant:
    return with_meta(tmp_path_factory.mktemp("merchant"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", as_of=AS_OF)


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("SOURCES__META_ADS__ACCESS_TOKEN", TOKEN)
    monkeypatch.setenv("RUNTIME__REQUEST_BACKOFF_FACTOR", "0.01")
    monkeypatch.setattr("ingestion.sources.meta_ads.reports.FIRST_POLL_SECONDS", 0.001)
    # Months without delivery cost requests and prove nothing; one test reads them all.
    monkeypatch.setattr("ingestion.sources.meta_ads.source.RETENTION_MONTHS", 3)
    return monkeypatch


@contextmanager
def serving(
    configured: pytest.MonkeyPatch,
    merchant: Merchant,
    behaviour: MetaBehaviour | None = None,
    faults: FaultPlan | None = None,
) -> Iterator[str]:
    with live(routes(merchant, AS_OF, behaviour), faults) as url:
        configured.setenv("SOURCES__META_ADS__API_URL", url)
        yield url


def assert_landed(settings: Settings, merchant: Merchant) -> None:
    assert_round_trip(settings, SOURCE, merchant)


def test_what_lands_is_what_the_merchant_holds(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    with serving(configured, merchant):
        report = run_source(SOURCE, settings)
    assert_landed(settings, merchant)
    assert report.rows["ad_insights"] == 70 * 6


def test_faults_change_nothing(configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant) -> None:
    with serving(configured, merchant, faults=FaultPlan(rate=0.05, seed=1)):
        run_source(SOURCE, settings)
    assert_landed(settings, merchant)


def test_meta_works_on_the_next_run_while_one_is_read(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    calls: list[str] = []

    def heard(method: str) -> None:
        original = getattr(MetaClient, method)
        configured.setattr(MetaClient, method, lambda *given: calls.append(f"{method} {given[1]}") or original(*given))

    heard("post")
    heard("pages")
    configured.setattr("ingestion.sources.meta_ads.reports.RUNS_AT_ONCE", 2)
    with serving(configured, merchant):
        run_source(SOURCE, settings)
    first_read = next(n for n, call in enumerate(calls) if call.startswith("pages 6"))
    assert sum(call.startswith("post") for call in calls[:first_read]) == 3
    assert_landed(settings, merchant)


def test_failed_runs_are_split_and_expired_runs_resubmitted(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    behaviour = MetaBehaviour(rows_per_run=30, expired_runs=5)
    with serving(configured, merchant, behaviour):
        run_source(SOURCE, settings)
    assert_landed(settings, merchant)


def test_pages_that_are_too_large_are_asked_for_in_halves(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    with serving(configured, merchant, MetaBehaviour(rows_per_page=40)):
        run_source(SOURCE, settings)
    assert_landed(settings, merchant)


def test_the_first_run_reads_all_that_meta_keeps(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    configured.setattr("ingestion.sources.meta_ads.source.RETENTION_MONTHS", 37)
    with serving(configured, merchant):
        run_source(SOURCE, settings)
    assert_landed(settings, merchant)


def test_a_restated_day_gets_a_version_and_a_vanished_day_is_closed(
    configured: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    merchant = with_meta(tmp_path / "merchant", days=40)
    with serving(configured, merchant):
        run_source(SOURCE, settings)
    before = merchant.frame("meta_ads", "ad_insights").collect()
    restated, vanished = LAST_DAY - timedelta(days=20), LAST_DAY - timedelta(days=3)
    day = pl.col("date_start")
    more = pl.when(day == restated).then(pl.col("clicks") + 1).otherwise("clicks").alias("clicks")
    for table in (
        "ad_insights_age_gender",
        "ad_insights_country",
        "ad_insights_placement",
        "ad_insight_actions",
    ):
        merchant.write(
            "meta_ads",
            table,
            merchant.frame("meta_ads", table).filter(day != vanished).collect(),
        )
    merchant.write("meta_ads", "ad_insights", before.filter(day != vanished).with_columns(more))
    later = Settings(home=settings.home, as_of=AS_OF + timedelta(hours=6))
    with serving(configured, merchant):
        run_source(SOURCE, later)
    assert_landed(settings, merchant)
    closed = landed(settings, "meta_ads", SOURCE.table("ad_insights"), "_valid_to is not null")
    assert_frame_equal(
        closed,
        ordered(SOURCE.table("ad_insights"), before.filter(day.is_in([restated, vanished]))),
    )


def test_a_later_run_reads_the_last_28_days_before_the_last_read_day_only(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    with serving(configured, merchant):
        run_source(SOURCE, settings)
        report = run_source(SOURCE, Settings(home=settings.home, as_of=AS_OF + timedelta(days=2)))
    assert report.rows["ad_insights"] == 29 * 6
    period = landed(settings, SOURCE.name, SOURCE.table("report_periods")).row(0, named=True)
    assert (period["account_id"], period["last_day"]) == (META_ACCOUNT, LAST_DAY + timedelta(days=2))
    assert period["first_day"] < LAST_DAY - timedelta(days=80)
    assert period["read_at"] == AS_OF + timedelta(days=2)


def test_a_backfill_reads_its_range_and_leaves_the_cursor(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    with serving(configured, merchant):
        since = AS_OF - timedelta(days=30)
        backfill = run_source(SOURCE, settings, since=since, until=since + timedelta(days=3))
        first = run_source(SOURCE, settings)
    assert backfill.rows["ad_insights"] in (3 * 6, 4 * 6)
    assert first.rows["ad_insights"] == 70 * 6


def test_a_wrong_token_names_the_setting(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    configured.setenv("SOURCES__META_ADS__ACCESS_TOKEN", "expired")
    with (
        serving(configured, merchant),
        pytest.raises(SourceError, match=r"sources\.meta_ads\.access_token") as refused,
    ):
        run_source(SOURCE, settings)
    assert "190" in str(refused.value)


def test_an_app_secret_proves_every_call(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    configured.setenv("SOURCES__META_ADS__APP_SECRET", "wrong")
    with (
        serving(configured, merchant),
        pytest.raises(SourceError, match="appsecret_proof"),
    ):
        run_source(SOURCE, settings)
    configured.setenv("SOURCES__META_ADS__APP_SECRET", "demo-secret-meta")
    with serving(configured, merchant):
        assert run_source(SOURCE, settings).rows["campaigns"] == 2


def test_the_token_is_never_logged(
    configured: pytest.MonkeyPatch,
    settings: Settings,
    merchant: Merchant,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level("DEBUG")
    with serving(
        configured,
        merchant,
        MetaBehaviour(rows_per_page=40),
        FaultPlan(rate=0.1, seed=3),
    ):
        run_source(SOURCE, settings)
    printed = capfd.readouterr()
    assert caplog.records
    assert TOKEN not in caplog.text + printed.out + printed.err


def test_no_server_is_said_without_the_url(configured: pytest.MonkeyPatch, settings: Settings) -> None:
    configured.setenv("SOURCES__META_ADS__API_URL", "http://127.0.0.1:9")
    configured.setenv("RUNTIME__REQUEST_MAX_ATTEMPTS", "2")
    with pytest.raises(SourceError, match=r"no answer from 127\.0\.0\.1:9 in 2 attempts"):
        run_source(SOURCE, settings)


def test_accounts_can_be_chosen(configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant) -> None:
    configured.setenv("SOURCES__META_ADS__ACCOUNT_IDS", f"act_{META_ACCOUNT}")
    with serving(configured, merchant):
        assert run_source(SOURCE, settings).rows["ad_accounts"] == 1
    configured.setenv("SOURCES__META_ADS__ACCOUNT_IDS", "999")
    with (
        serving(configured, merchant),
        pytest.raises(SourceError, match="does not exist"),
    ):
        run_source(SOURCE, settings)


@pytest.mark.parametrize("blank", ["", " ", ",", "[]"])
def test_a_blank_list_of_accounts_is_none(
    blank: str, configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    configured.setenv("SOURCES__META_ADS__ACCOUNT_IDS", blank)
    with serving(configured, merchant) as url:
        every = read_settings()
        assert every.account_ids is None and every.api_url == url
        found, refused = accounts(MetaClient(every), every.account_ids)
        assert (found.height, refused) == (1, {})


def test_a_token_in_typographic_quotes_is_refused_before_it_is_sent(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    configured.setenv("SOURCES__META_ADS__ACCESS_TOKEN", f"“{TOKEN}”")
    with serving(configured, merchant), pytest.raises(SourceError) as refused:
        run_source(SOURCE, settings)
    assert "sources.meta_ads.access_token holds LEFT DOUBLE QUOTATION MARK" in str(refused.value)
    assert TOKEN not in str(refused.value)


def test_settings_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCES__META_ADS__ACCESS_TOKEN", raising=False)
    assert [m.environment_variable for m in SOURCE.missing_settings()] == ["SOURCES__META_ADS__ACCESS_TOKEN"]
