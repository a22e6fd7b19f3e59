"""The connector of the European Central Bank's reference rates against the local server, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import requests
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from demo.faults import FaultPlan
from demo.merchant import Merchant
from demo.vendors.ecb.api import routes
from ingestion.load.pipeline import run_source
from ingestion.source import SourceError
from ingestion.sources.ecb.source import SOURCE
from shophouse.settings import Settings
from tests.support.ads_merchant import AS_OF
from tests.support.live import Instead, live
from tests.support.raw import assert_round_trip, landed

RATES = SOURCE.table("reference_rates")
FIRST = date(2026, 10, 1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", as_of=AS_OF)


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("SOURCES__ECB__START_DATE", FIRST.isoformat())
    monkeypatch.setenv("RUNTIME__REQUEST_BACKOFF_FACTOR", "0.01")
    return monkeypatch


@pytest.fixture
def merchant(tmp_path: Path) -> Merchant:
    merchant = Merchant(tmp_path / "merchant")
    _state(merchant, FIRST, 20)
    return merchant


@contextmanager
def serving(
    configured: pytest.MonkeyPatch, merchant: Merchant, faults: FaultPlan | None = None, instead: Instead | None = None
) -> Iterator[list[str]]:
    """Serves the merchant's rates.

    Yields:
        The files that were asked for, in order.
    """
    asked: list[str] = []

    def noted(request: Request, body: str) -> Response | None:
        asked.append(request.url.path.rsplit("/", 1)[-1])
        return instead(request, body) if instead else None

    with live(routes(merchant), faults, noted) as url:
        configured.setenv("SOURCES__ECB__API_URL", url)
        yield asked


def test_what_lands_is_what_the_bank_states(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    with serving(configured, merchant):
        run_source(SOURCE, settings)
    assert_round_trip(settings, SOURCE, merchant)
    stated = landed(settings, "ecb", RATES, "date = '2026-10-02'")
    assert dict(stated.select("currency", "rate").iter_rows()) == {
        "GBP": Decimal("0.854"),
        "ISK": Decimal("138"),
        "RUB": None,
        "USD": Decimal("1.1299"),
    }


def test_faults_change_nothing(configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant) -> None:
    with serving(configured, merchant, FaultPlan(rate=0.4, seed=2)):
        run_source(SOURCE, settings)
    assert_round_trip(settings, SOURCE, merchant)


def test_days_before_the_configured_one_are_not_read(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    configured.setenv("SOURCES__ECB__START_DATE", "2026-10-15")
    with serving(configured, merchant):
        run_source(SOURCE, settings)
    assert landed(settings, "ecb", RATES)["date"].min() == date(2026, 10, 15)


def test_the_history_is_read_where_there_is_a_new_day_and_only_then(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    with serving(configured, merchant) as asked:
        run_source(SOURCE, settings)
        run_source(SOURCE, Settings(home=settings.home, as_of=AS_OF + timedelta(hours=1)))
        assert asked == ["eurofxref.zip", "eurofxref-hist.zip", "eurofxref.zip"]
    _state(merchant, FIRST, 23)
    with serving(configured, merchant):
        run_source(SOURCE, Settings(home=settings.home, as_of=AS_OF + timedelta(days=5)))
    assert_round_trip(settings, SOURCE, merchant)


def test_the_newest_day_lands_where_the_history_is_behind(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant, tmp_path: Path
) -> None:
    behind = Merchant(tmp_path / "behind")
    _state(behind, FIRST, 19)
    with live(routes(behind)) as other:

        def late(request: Request, _: str) -> Response | None:
            if "hist" not in request.url.path:
                return None
            return Response(requests.get(f"{other}{request.url.path}", timeout=10).content)

        with serving(configured, merchant, instead=late):
            run_source(SOURCE, settings)
    days = landed(settings, "ecb", RATES)["date"]
    assert days.n_unique() == 20 and days.max() == merchant.frame("ecb", "reference_rates").collect()["date"].max()


def test_a_history_that_lacks_most_of_its_days_is_refused_and_what_is_stored_stays(
    configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant
) -> None:
    with serving(configured, merchant):
        run_source(SOURCE, settings)
    before = landed(settings, "ecb", RATES)
    _state(merchant, date(2026, 10, 28), 3)
    with (
        serving(configured, merchant),
        pytest.raises(SourceError, match=r"3 days where 20 are stored since 2026-10-01.*SMALLEST_SHARE"),
    ):
        run_source(SOURCE, Settings(home=settings.home, as_of=AS_OF + timedelta(days=5)))
    assert landed(settings, "ecb", RATES).equals(before)


def test_a_page_for_people_is_no_answer(configured: pytest.MonkeyPatch, settings: Settings, merchant: Merchant) -> None:
    def page(request: Request, _: str) -> Response:
        return HTMLResponse("<html><body>Maintenance</body></html>")

    with (
        serving(configured, merchant, instead=page),
        pytest.raises(SourceError, match=r"no ZIP with one CSV of rates.*Maintenance.*sources.ecb.api_url"),
    ):
        run_source(SOURCE, settings)


def test_a_first_day_that_is_none_is_named(configured: pytest.MonkeyPatch, settings: Settings) -> None:
    configured.setenv("SOURCES__ECB__START_DATE", "01.10.2026")
    with pytest.raises(SourceError, match=r"sources.ecb.start_date is '01.10.2026', expected a date such as"):
        run_source(SOURCE, settings)


def test_without_a_first_day_the_source_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCES__ECB__START_DATE", raising=False)
    assert [setting.key for setting in SOURCE.missing_settings()] == ["sources.ecb.start_date"]


def _state(merchant: Merchant, first: date, days: int) -> None:
    """Rates of working days from a first one on; the rouble is in the list and never stated."""
    dates = [day for i in range(2 * days) if (day := first + timedelta(days=i)).weekday() < 5][:days]
    merchant.write(
        "ecb",
        "reference_rates",
        pl.DataFrame(
            [
                {"date": day, "currency": currency, "rate": rate and rate + Decimal(i) / 10_000}
                for i, day in enumerate(dates)
                for currency, rate in (("USD", Decimal("1.1298")), ("RUB", None), ("GBP", Decimal("0.8539")))
            ]
            + [{"date": day, "currency": "ISK", "rate": Decimal(138)} for day in dates],
            schema={"date": pl.Date, "currency": pl.String, "rate": pl.Decimal(24, 10)},
        ),
    )
