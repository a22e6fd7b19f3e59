"""Google Analytics' connector against the local server: what lands equals what the merchant holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from demo.faults import FaultPlan
from demo.merchant import Merchant
from demo.vendors.ga4.api import REFRESH_TOKEN, Ga4Behaviour, routes
from ingestion.load.pipeline import run_source
from ingestion.source import SourceError
from ingestion.sources.ga4.source import SOURCE
from shophouse.settings import Settings
from tests.support.ads_merchant import AS_OF, LAST_DAY
from tests.support.ga4_merchant import NAME, PROPERTY, with_ga4
from tests.support.live import live
from tests.support.raw import assert_round_trip, landed

TRAFFIC = SOURCE.table("traffic")
AT_ONCE = "Exhausted concurrent requests quota."


@pytest.fixture(scope="module")
def merchant(tmp_path_factory: pytest.TempPathFactory) -> Merchant:
    return with_ga4(tmp_path_factory.mktemp("merchant"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", as_of=AS_OF)


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    grant = {"CLIENT_ID": "c", "CLIENT_SECRET": "s", "REFRESH_TOKEN": REFRESH_TOKEN, "PROPERTY_IDS": PROPERTY}
    for name, value in grant.items():
        monkeypatch.setenv(f"SOURCES__GA4__{name}", value)
    monkeypatch.setenv("RUNTIME__REQUEST_BACKOFF_FACTOR", "0.01")
    monkeypatch.setenv("RUNTIME__REQUEST_MAX_ATTEMPTS", "6")
    monkeypatch.setattr("ingestion.sources.ga4.source.HISTORY_MONTHS", 3)
    return monkeypatch


@contextmanager
def serving(
    configured: pytest.MonkeyPatch,
    merchant: Merchant,
    behaviour: Ga4Behaviour | None = None,
    faults: FaultPlan | None = None,
) -> Iterator[None]:
    with live(routes(merchant, behaviour), faults) as url:
        configured.setenv("SOURCES__GA4__API_URL", url)
        configured.setenv("SOURCES__GA4__TOKEN_URL", f"{url}/analytics/token")
        yield


@pytest.mark.parametrize("faults", [None, FaultPlan(rate=0.2, seed=1)], ids=["a good day", "faults"])
def test_what_lands_is_what_the_merchant_holds(
    faults: FaultPlan | None, configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    configured.setattr("ingestion.sources.ga4.client.ROWS_PER_PAGE", 25)
    with serving(configured, merchant, faults=faults):
        report = run_source(SOURCE, settings)
    assert_round_trip(settings, SOURCE, merchant)
    if faults is None:
        assert report.rows["traffic"] == 70 * 2


def test_a_quota_of_the_moment_passes(configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant) -> None:
    with serving(configured, merchant, Ga4Behaviour(refusing=(AT_ONCE, AT_ONCE))):
        run_source(SOURCE, settings)
    assert_round_trip(settings, SOURCE, merchant)


def test_a_quota_of_the_day_stops_at_once(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    refused = Ga4Behaviour(refusing=("Exhausted property tokens per day.",))
    with serving(configured, merchant, refused), pytest.raises(SourceError, match="run again tomorrow"):
        run_source(SOURCE, settings)
    assert landed(settings, NAME, TRAFFIC).is_empty()


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("REFRESH_TOKEN", "revoked", r"invalid_grant.*sources\.ga4\.refresh_token"),
        ("PROPERTY_IDS", "999", r"PERMISSION_DENIED.*sources\.ga4\.property_ids"),
        ("LOOKBACK_DAYS", "no", "set it to a number of days from 1 to 90"),
    ],
)
def test_a_refusal_names_the_setting(
    setting: str, value: str, said: str, configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    configured.setenv(f"SOURCES__GA4__{setting}", value)
    with serving(configured, merchant), pytest.raises(SourceError, match=said):
        run_source(SOURCE, settings)


def test_an_answer_says_what_is_left_out_of_it(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    with serving(configured, merchant, Ga4Behaviour(thresholded=True)):
        run_source(SOURCE, settings)
    found = landed(settings, NAME, TRAFFIC)
    assert found["is_thresholded"].all() and not found["is_sampled"].any()


def test_a_restated_day_gets_a_version(configured: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    merchant = with_ga4(tmp_path / "merchant", days=30)
    with serving(configured, merchant):
        run_source(SOURCE, settings)
    restated = pl.col("date") == LAST_DAY - timedelta(days=10)
    more = pl.when(restated).then(pl.col("key_events") + 1).otherwise("key_events").alias("key_events")
    merchant.write(NAME, "traffic", merchant.frame(NAME, "traffic").collect().with_columns(more))
    with serving(configured, merchant):
        report = run_source(SOURCE, Settings(home=settings.home, as_of=AS_OF + timedelta(hours=6)))
    assert report.rows["traffic"] == 15 * 2
    assert_round_trip(settings, SOURCE, merchant)
    assert landed(settings, NAME, TRAFFIC, "_valid_to is not null").height == 2
