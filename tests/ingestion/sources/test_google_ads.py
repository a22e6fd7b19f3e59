"""Google's connector against the local server: what lands equals what the merchant holds, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from demo.faults import FaultPlan
from demo.merchant import Merchant
from demo.vendors.google_ads.api import GoogleBehaviour, routes
from ingestion.load.pipeline import run_source
from ingestion.source import SourceError
from ingestion.sources.google_ads.client import GoogleClient
from ingestion.sources.google_ads.queries import ENTITIES
from ingestion.sources.google_ads.settings import read_settings
from ingestion.sources.google_ads.source import SOURCE
from shophouse.settings import Settings
from tests.support.ads_merchant import AS_OF, GOOGLE_CUSTOMER, LAST_DAY, with_google
from tests.support.live import live
from tests.support.raw import assert_round_trip, landed, ordered


@pytest.fixture(scope="module")
def merchant(tmp_path_factory: pytest.TempPathFactory) -> Merchant:
    return with_google(tmp_path_factory.mktemp("merchant"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", as_of=AS_OF)


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    values = {
        "DEVELOPER_TOKEN": "demo-developer-token",
        "CLIENT_ID": "client",
        "CLIENT_SECRET": "client-secret",
        "REFRESH_TOKEN": "demo-token-google",
    }
    for name, value in values.items():
        monkeypatch.setenv(f"SOURCES__GOOGLE_ADS__{name}", value)
    monkeypatch.setenv("RUNTIME__REQUEST_BACKOFF_FACTOR", "0.01")
    # Months without delivery cost requests and prove nothing.
    monkeypatch.setattr("ingestion.sources.google_ads.source.HISTORY_MONTHS", 2)
    monkeypatch.setattr("ingestion.sources.google_ads.source.CLICK_DAYS", 45)
    return monkeypatch


@contextmanager
def serving(
    configured: pytest.MonkeyPatch,
    merchant: Merchant,
    behaviour: GoogleBehaviour | None = None,
    faults: FaultPlan | None = None,
) -> Iterator[None]:
    with live(routes(merchant, behaviour), faults) as url:
        configured.setenv("SOURCES__GOOGLE_ADS__API_URL", url)
        configured.setenv("SOURCES__GOOGLE_ADS__TOKEN_URL", f"{url}/token")
        yield


def test_what_lands_is_what_the_merchant_holds(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    with serving(configured, merchant, GoogleBehaviour(rows_per_batch=50)):
        run_source(SOURCE, settings)
    assert_round_trip(settings, SOURCE, merchant)


def test_faults_and_expiring_tokens_change_nothing(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    with serving(
        configured,
        merchant,
        GoogleBehaviour(50, calls_per_token=30),
        FaultPlan(rate=0.05, seed=4),
    ):
        run_source(SOURCE, settings)
    assert_round_trip(settings, SOURCE, merchant)


def test_a_restated_day_gets_a_version_and_a_vanished_day_is_closed(
    configured: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    merchant = with_google(tmp_path / "merchant", days=35)
    with serving(configured, merchant):
        run_source(SOURCE, settings)
    stats = SOURCE.table("campaign_stats")
    before = merchant.frame("google_ads", "campaign_stats").collect()
    restated, vanished = LAST_DAY - timedelta(days=20), LAST_DAY - timedelta(days=3)
    day = pl.col("date")
    more = pl.when(day == restated).then(pl.col("conversions") + 0.25).otherwise("conversions").alias("conversions")
    merchant.write(
        "google_ads",
        "campaign_stats",
        before.filter(day != vanished).with_columns(more),
    )
    with serving(configured, merchant):
        run_source(SOURCE, Settings(home=settings.home, as_of=AS_OF + timedelta(hours=6)))
    assert_round_trip(settings, SOURCE, merchant)
    closed = landed(settings, "google_ads", stats, "_valid_to is not null")
    assert_frame_equal(closed, ordered(stats, before.filter(day.is_in([restated, vanished]))))


@pytest.mark.parametrize(("conversion_window", "days_back"), [(7, 30), (37, 37), (120, 90)])
def test_days_stay_open_for_the_longest_conversion_window_between_30_and_90(
    configured: pytest.MonkeyPatch, settings: Settings, tmp_path: Path, conversion_window: int, days_back: int
) -> None:
    configured.setattr("ingestion.sources.google_ads.source.HISTORY_MONTHS", 4)
    merchant = with_google(tmp_path / "merchant", days=95)
    actions = merchant.frame("google_ads", "conversion_actions").collect()
    window = pl.lit(conversion_window).alias("click_through_lookback_window_days")
    merchant.write("google_ads", "conversion_actions", actions.with_columns(window))
    with serving(configured, merchant):
        run_source(SOURCE, settings)
        again = run_source(SOURCE, settings)
        configured.setenv("SOURCES__GOOGLE_ADS__LOOKBACK_DAYS", "5")
        narrowed = run_source(SOURCE, settings)
    per_day = 12
    assert (again.rows["campaign_stats"], narrowed.rows["campaign_stats"]) == (
        (days_back + 1) * per_day,
        6 * per_day,
    )


@pytest.mark.parametrize(
    ("variable", "named"),
    [
        ("REFRESH_TOKEN", r"invalid_grant.*sources\.google_ads\.refresh_token"),
        (
            "DEVELOPER_TOKEN",
            r"DEVELOPER_TOKEN_INVALID.*sources\.google_ads\.developer_token",
        ),
        (
            "CUSTOMER_IDS",
            r"USER_PERMISSION_DENIED.*sources\.google_ads\.login_customer_id",
        ),
    ],
)
def test_a_wrong_credential_names_its_setting(
    configured: pytest.MonkeyPatch,
    settings: Settings,
    merchant: Merchant,
    variable: str,
    named: str,
) -> None:
    configured.setenv(f"SOURCES__GOOGLE_ADS__{variable}", "999")
    with serving(configured, merchant), pytest.raises(SourceError, match=named):
        run_source(SOURCE, settings)


def test_settings_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCES__GOOGLE_ADS__REFRESH_TOKEN", raising=False)
    assert "SOURCES__GOOGLE_ADS__REFRESH_TOKEN" in [m.environment_variable for m in SOURCE.missing_settings()]


def test_secrets_are_never_logged(
    configured: pytest.MonkeyPatch,
    settings: Settings,
    merchant: Merchant,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    with serving(configured, merchant, faults=FaultPlan(rate=0.1, seed=3)):
        run_source(SOURCE, settings)
    assert caplog.records
    for secret in (
        "demo-token-google",
        "client-secret",
        "demo-access-google",
        "demo-developer-token",
    ):
        assert secret not in caplog.text


def _quota_error(status: int, code: str, delay: str) -> Response:
    quota = {"rateScope": "DEVELOPER", "rateName": "Requests", "retryDelay": delay}
    detail = {
        "errorCode": {"quotaError": code},
        "message": "Too many",
        "details": {"quotaErrorDetails": quota},
    }
    body = {
        "error": {
            "code": status,
            "message": "m",
            "status": "RESOURCE_EXHAUSTED",
            "details": [{"errors": [detail]}],
        }
    }
    return JSONResponse([body], status_code=status)


@pytest.mark.parametrize("mid_stream", [False, True])
def test_the_delay_that_google_names_is_waited(configured: pytest.MonkeyPatch, mid_stream: bool) -> None:
    answers = iter(
        [
            _quota_error(200 if mid_stream else 429, "RESOURCE_TEMPORARILY_EXHAUSTED", "37s"),
            JSONResponse([]),
        ]
    )
    slept: list[float] = []
    _stand_in(configured, lambda: next(answers), slept)
    assert 37.0 in slept


def test_a_used_up_day_is_not_retried(configured: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    with pytest.raises(SourceError, match="run again tomorrow"):
        _stand_in(configured, lambda: _quota_error(429, "RESOURCE_EXHAUSTED", "3600s"), slept)
    assert slept == []


def _stand_in(configured: pytest.MonkeyPatch, answer: object, slept: list[float]) -> None:
    """Asks a server that answers as told."""

    def token(_: Request) -> Response:
        return JSONResponse({"access_token": "t"})

    def search(_: Request) -> Response:
        return answer()  # type: ignore[operator, no-any-return]

    path = f"/v26/customers/{GOOGLE_CUSTOMER}/googleAds:searchStream"
    with live(
        [
            Route("/token", token, methods=["POST"]),
            Route(path, search, methods=["POST"]),
        ]
    ) as url:
        configured.setenv("SOURCES__GOOGLE_ADS__API_URL", url)
        configured.setenv("SOURCES__GOOGLE_ADS__TOKEN_URL", f"{url}/token")
        client = GoogleClient(read_settings(), slept.append)
        query = ENTITIES[0]
        assert client.search(GOOGLE_CUSTOMER, query.gaql(), query.row, None).is_empty()
