"""The demo from nothing to a published file: its numbers are the simulation's own, and a second run changes nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from demo.earlier_syncs import earlier_syncs
from demo.serve import serve
from demo.simulate import WRITTEN
from tests.end_to_end.home import AS_OF, DEMO, RUN_SETTINGS, Home, differing

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(finished: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A state folder after one run of the demo."""
    return finished.copy(tmp_path_factory.mktemp("demo") / "home")


@pytest.mark.parametrize("basis", ["order_date", "event_date"])
def test_units_and_sales_of_every_day_equal_the_simulations_books(home: Home, basis: str) -> None:
    """Goods of orders that are no tests: what went out is positive in the ledger, what came back is negative."""
    measures = """
        sum(quantity) filter (quantity > 0) as units_ordered,
        -sum(quantity) filter (quantity < 0) as units_returned,
        sum(gross_amount) filter (quantity > 0) as gross_sales,
        sum(discount_amount) filter (quantity > 0) as discounts,
        -sum(amount) filter (quantity < 0) as returns,
        sum(amount) as net_sales
    """
    names = ["units_ordered", "units_returned", "gross_sales", "discounts", "returns", "net_sales"]
    differs = " or ".join(f"coalesce(books.{name}, 0) <> coalesce(warehouse.{name}, 0)" for name in names)
    unequal = f"""
        with warehouse as (
            select store_id, {basis} as date, {measures}
            from marts.fct_sales_ledger where is_sales_entry and source = 'shopify' group by all
        ),
        books as (from '{home.truth}/daily_books.parquet' where basis = '{basis}')
        select * from books full join warehouse using (store_id, date) where {differs}
    """
    assert home.rows(unequal) == []


def test_orders_of_every_day_equal_the_simulations_books(home: Home) -> None:
    unequal = f"""
        with warehouse as (
            select store_id, order_date as date, count(*) as orders
            from marts.fct_orders where not is_test and platform = 'shopify' group by all
        ),
        books as (from '{home.truth}/daily_books.parquet' where basis = 'order_date')
        select store_id, date, books.orders, warehouse.orders
        from books full join warehouse using (store_id, date)
        where coalesce(books.orders, 0) <> coalesce(warehouse.orders, 0)
    """
    assert home.rows(unequal) == []


def test_refunds_equal_the_simulations_books(home: Home) -> None:
    warehouse = """
        select store_id, sum(refunded_amount)::decimal(18, 2) from marts.fct_orders
        where platform = 'shopify' group by 1 order by 1
    """
    books = f"""
        select store_id, sum(refunds)::decimal(18, 2) from '{home.truth}/daily_books.parquet'
        where basis = 'event_date' group by 1 order by 1
    """
    assert home.rows(warehouse) == home.rows(books)


def test_duties_and_fees_of_every_day_equal_the_simulations_books(home: Home) -> None:
    unequal = f"""
        with warehouse as (
            select
                store_id, event_date as date,
                sum(amount) filter (line_type = 'duty') as duties, sum(amount) filter (line_type = 'fee') as fees
            from marts.fct_sales_ledger where not is_test and source = 'shopify' group by all
        ),
        books as (
            select store_id, date, duties, delivery_fees + fees as fees
            from '{home.truth}/daily_books.parquet' where basis = 'event_date'
        )
        select * from books full join warehouse using (store_id, date)
        where coalesce(books.duties, 0) <> coalesce(warehouse.duties, 0)
            or coalesce(books.fees, 0) <> coalesce(warehouse.fees, 0)
    """
    assert home.rows(unequal) == []
    assert home.rows("select sum(duty_amount) > 0, sum(fee_amount) > 0 from marts.fct_orders") == [(True, True)]


def test_rounding_of_cash_equals_the_simulations_books(home: Home) -> None:
    unequal = f"""
        with known as (
            select store_id, regexp_extract(order_id, '[0-9]+$') as order_id, rounding
            from '{home.truth}/cash_rounding.parquet'
        )
        select * from known full join marts.fct_orders using (store_id, order_id)
        where coalesce(rounding, 0) <> coalesce(cash_rounding_amount, 0)
    """
    assert home.rows(unequal) == []
    assert home.rows("select count(*) > 0 from marts.fct_orders where cash_rounding_amount <> 0") == [(True,)]


def test_findings_are_the_differences_that_the_simulation_knows(home: Home) -> None:
    """Each with its cause and amount, and no other; an order's money that waits is less in ours than its vendor says."""
    known = f"""
        with differences as (
            select * replace (
                regexp_extract(order_id, '[0-9]+$') as order_id, regexp_extract(refund_id, '[0-9]+$') as refund_id
            )
            from '{home.truth}/stated_otherwise.parquet'
        )
        select 'refunds.refunded_amount' as check_id, refund_id as entity_id, cause, amount from differences
        where refund_id is not null
        union all
        select 'orders.refunded_amount', order_id, cause, -amount from differences where cause = 'refund_pending'
        union all
        select 'orders.' || unnest(['total_amount', 'ledger_sold_amount']), order_id, cause, amount from differences
        where cause = 'presentment_rounding' and refund_id is null
    """
    found = "select check_id, entity_id, cause_id, difference from audit.findings where is_open"
    assert home.rows(f"({known}) except all ({found})") == []
    assert home.rows(f"({found}) except all ({known})") == []
    causes = {cause for (cause,) in home.rows("select distinct cause_id from audit.findings")}
    assert causes >= {"refund_pending", "presentment_rounding"}


def test_every_store_is_reconciled(home: Home) -> None:
    assert home.rows("select distinct is_reconciled from marts.fct_store_days") == [(True,)]


def test_the_trade_business_equals_its_own_books(home: Home) -> None:
    """Its files hold documents twice, lines twice, drafts and credit notes that name no invoice."""
    unequal = f"""
        with warehouse as (
            select
                event_date as date, sum(amount) as net_sales, sum(quantity) as units, sum(tax_amount) as tax,
                count(distinct order_id) as documents, -sum(amount) filter (amount < 0) as credited,
                count(*) filter (is_exact_duplicate) as doubled_lines
            from marts.fct_sales_ledger where store_id = 'aurora_trade' and is_sales_entry group by all
        ),
        books as (from '{home.truth}/trade_books.parquet')
        select * from books full join warehouse using (date)
        where coalesce(books.net_sales, 0) <> coalesce(warehouse.net_sales, 0)
            or coalesce(books.units, 0) <> coalesce(warehouse.units, 0)
            or coalesce(books.tax, 0) <> coalesce(warehouse.tax, 0)
            or coalesce(books.documents, 0) <> coalesce(warehouse.documents, 0)
            or coalesce(books.credited, 0) <> coalesce(warehouse.credited, 0)
            or coalesce(books.doubled_lines, 0) <> coalesce(warehouse.doubled_lines, 0)
    """
    assert home.rows(unequal) == []


def test_cost_of_a_deleted_ad_stays_in_the_accounts_total(home: Home) -> None:
    stated = f"select sum(spend) from '{home.truth}/ads_daily.parquet' where platform = 'meta_ads'"
    held = "select sum(spend_amount) from marts.fct_ad_performance_daily where platform = 'meta_ads'"
    assert home.rows(held) == home.rows(stated)
    gone = "select sum(spend_amount) > 0 from marts.fct_ad_performance_daily where report_level = 'unattributed_detail'"
    assert home.rows(gone) == [(True,)]


def test_stock_on_hand_of_every_location_and_sku_equals_the_simulations(home: Home) -> None:
    unequal = f"""
        with stock as (
            select i.store_id, location_name as location, sku, date, closing_quantity
            from marts.fct_inventory_daily as i join marts.dim_location using (location_key)
        ),
        {_corrections(home)}
        select truth.*, closing_quantity
        from '{home.truth}/stock_on_hand.parquet' as truth
        left join stock using (store_id, location, sku, date)
        left join corrections using (store_id, location, sku)
        -- That of today is the shop's own, which is corrected.
        where coalesce(closing_quantity, 0) <> on_hand - case
            when date between seen_date and date '{AS_OF:%Y-%m-%d}' - 1 then units else 0
        end
    """
    assert home.rows(unequal) == []


def test_what_somebody_corrected_by_hand_is_an_adjustment_of_the_next_snapshot(home: Home) -> None:
    unequal = f"""
        with booked as (
            select
                m.store_id, location_name as location, sku, movement_date as seen_date, -sum(quantity)::bigint as units
            from marts.fct_inventory_movements as m join marts.dim_location using (location_key)
            where movement_type = 'reconciliation_adjustment' group by all
        ),
        {_corrections(home)}
        select * from corrections full join booked using (store_id, location, sku, seen_date)
        where coalesce(corrections.units, 0) <> coalesce(booked.units, 0)
    """
    assert home.rows(unequal) == []
    assert home.rows(f"with {_corrections(home)} select count(distinct seen_date) > 1 from corrections") == [(True,)]


def _corrections(home: Home) -> str:
    """What somebody corrected by hand, and the date of the snapshot that tells of it."""
    read = ", ".join(f"date '{instant:%Y-%m-%d}'" for instant in (*earlier_syncs(AS_OF), AS_OF))
    return f"""
        snapshots as (select unnest([{read}]) as snapshot_date),
        corrections as (
            select store_id, location, sku, units, min(snapshot_date) as seen_date
            from '{home.truth}/stock_corrections.parquet' join snapshots on snapshot_date >= since group by all
        )
    """


def test_ad_spend_of_every_campaign_and_day_equals_the_simulations(home: Home) -> None:
    unequal = f"""
        with ads as (
            select f.platform, campaign_name as campaign, account_date, f.currency,
                sum(spend_amount) as spend, sum(impressions) as impressions, sum(clicks) as clicks
            from marts.fct_ad_performance_daily as f join marts.dim_campaign using (campaign_key)
            group by all
        )
        select truth.platform, campaign, account_date, truth.spend, ads.spend
        from '{home.truth}/ads_daily.parquet' as truth
        full join ads using (platform, campaign, account_date, currency)
        where coalesce(truth.spend, 0) <> coalesce(ads.spend, 0)
            or coalesce(truth.impressions, 0) <> coalesce(ads.impressions, 0)
            or coalesce(truth.clicks, 0) <> coalesce(ads.clicks, 0)
    """
    assert home.rows(unequal) == []


def test_what_is_known_of_an_earlier_day_is_what_the_platform_said_then(home: Home) -> None:
    moments = [moment for moment, sources in earlier_syncs(AS_OF).items() if "meta_ads" in sources]
    assert len(moments) > 1
    for moment in moments:
        said = home.folder / "demo" / "earlier" / f"{moment:{WRITTEN}}" / "meta_ads" / "ad_insights.parquet"
        unequal = f"""
            with known as (
                select account_date, sum(spend_amount) as spend, sum(impressions) as impressions
                from marts.fct_ad_performance_revisions
                where
                    platform = 'meta_ads'
                    and timestamp '{moment:%Y-%m-%d %H:%M}' >= known_from_at
                    and timestamp '{moment:%Y-%m-%d %H:%M}' < coalesce(known_until_at, 'infinity')
                group by all
            ),
            said as (
                select date_start as account_date, sum(spend) as said_spend, sum(impressions) as said_impressions
                from '{said}' group by all
            )
            from known full join said using (account_date)
            where spend is distinct from said_spend or impressions is distinct from said_impressions
        """
        assert home.rows(unequal) == []
    revised = "select distinct revision_number from marts.fct_ad_performance_revisions order by all"
    assert home.rows(revised) == [(number,) for number in range(1, len(moments) + 2)]


def test_a_months_first_report_is_kept_beside_what_the_survey_says_since(home: Home) -> None:
    query = """
        select count(*) > 0 from marts.fct_market_retail_monthly as said
        inner join marts.fct_market_retail_monthly as since
            using (program, month_start_date, category_code, data_type_code, is_seasonally_adjusted, is_error_measure)
        where said.vintage_number = 1 and since.vintage_number = 2
            and said.known_until_at = since.known_from_at and said.value <> since.value
    """
    assert home.rows(query) == [(True,)]


def test_a_second_run_changes_nothing(home: Home) -> None:
    before = home.hashes()
    done = home.shophouse(*DEMO, environment=RUN_SETTINGS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert differing(home.hashes(), before) == set()


def test_wrong_credentials_of_one_source_do_not_keep_the_others_back(home: Home, tmp_path: Path) -> None:
    as_of = AS_OF + timedelta(hours=1)
    with serve(home.merchant, as_of=as_of, log=tmp_path / "server.log") as server:
        wrong = {"SOURCES__META_ADS__ACCESS_TOKEN": "expired", "SHOPHOUSE_AS_OF": as_of.isoformat()}
        done = home.shophouse("run", environment=RUN_SETTINGS | server.configuration() | wrong)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "published without: meta_ads: " in done.stderr
    assert "Invalid OAuth access token" in done.stderr
    assert "put a new one in sources.meta_ads.access_token" in done.stderr
    assert home.published_as_of() == as_of.isoformat()
