"""Which currencies a run names because nothing converts them, and whose they are."""

from __future__ import annotations

import duckdb
import pytest

from ingestion.load.empty_tables import create_empty_tables
from ingestion.registry import SOURCES
from orchestration.runs.currencies import currencies_without_rates
from shophouse.settings import Settings


@pytest.fixture
def home(settings: Settings) -> Settings:
    """Two stores in dollars, one in francs, and an ad account in pounds."""
    create_empty_tables(list(SOURCES.values()), settings)
    _put(
        settings,
        "shopify.shop",
        "store_id, id, currency_code",
        "('us', '1', 'USD'), ('ca', '2', 'USD'), ('ch', '3', 'CHF')",
    )
    _put(settings, "meta_ads.ad_accounts", "account_id, currency", "('act_7', 'GBP')")
    return settings


def test_a_currency_that_nothing_converts_is_named_with_its_stores_and_both_ways_out(home: Settings) -> None:
    francs, pounds = currencies_without_rates(home)
    assert francs.startswith("no exchange rate leads from CHF to USD: CHF is the currency of ch (Shopify).")
    assert "shophouse import rates.csv --as exchange_rates" in francs
    assert "CHF,USD,2024-01-01" in francs
    assert "SOURCES__ECB__START_DATE=2024-01-01" in francs
    assert pounds.startswith("no exchange rate leads from GBP to USD: GBP is the currency of act_7 (Meta Ads).")


def test_a_rate_of_a_file_settles_its_pair_either_way_round(home: Settings) -> None:
    rates = "from_currency, to_currency, valid_from, rate"
    _put(home, "files.exchange_rates", rates, "('USD', 'CHF', date '2026-01-01', 0.8)")
    (pounds,) = currencies_without_rates(home)
    assert " GBP to USD" in pounds


def test_the_banks_rates_settle_what_the_bank_states(home: Settings) -> None:
    stated = "(date '2026-01-02', 'USD', 1.1), (date '2026-01-02', 'GBP', 0.9), (date '2026-01-02', 'CHF', null)"
    _put(home, "ecb.reference_rates", "date, currency, rate", stated)
    (francs,) = currencies_without_rates(home)
    assert " CHF to USD" in francs


def test_the_setting_says_which_currency_the_others_are_converted_to(home: Settings) -> None:
    pounds, dollars = currencies_without_rates(Settings(home=home.home, reporting_currency="CHF"))
    assert " GBP to CHF: " in pounds
    assert " USD to CHF: USD is the currency of ca (Shopify), us (Shopify)." in dollars


def test_one_currency_needs_no_rate(settings: Settings) -> None:
    create_empty_tables(list(SOURCES.values()), settings)
    _put(settings, "shopify.shop", "store_id, id, currency_code", "('us', '1', 'USD')")
    assert currencies_without_rates(settings) == ()


def test_a_home_that_has_read_nothing_has_nothing_to_say(settings: Settings) -> None:
    assert currencies_without_rates(settings) == ()


def _put(settings: Settings, table: str, columns: str, rows: str) -> None:
    with duckdb.connect(settings.raw_db) as connection:
        needed = connection.execute(
            "select column_name, data_type from duckdb_columns() where schema_name || '.' || table_name = ? and not is_nullable",
            [table],
        ).fetchall()
        named = {name.strip() for name in columns.split(",")}
        rest = [(name, kind) for name, kind in needed if name not in named]
        extra = "".join(f", {name}" for name, _ in rest)
        values = "".join(f", cast('0' as {kind})" for _, kind in rest)
        connection.execute(f"insert into {table} ({columns}{extra}) select *{values} from (values {rows})")
