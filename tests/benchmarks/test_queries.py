"""What a question answers where an amount is not known."""

from __future__ import annotations

import duckdb

from tests.benchmarks.queries import FOLDER

_METRICS = """
create schema metrics;
create table metrics.metric_ads_blended_daily as
select
    date '2026-11-01' + day::integer as date,
    true as is_complete_day,
    100 as net_sales_by_order_date_reporting,
    case when day <> 3 then 10 end as spend_amount_by_account_date_reporting
from range(5) as days(day);
create table metrics.metric_ads_daily as
select
    'google_ads' as platform,
    campaign_name,
    date '2026-11-01' + day::integer as account_date,
    true as is_complete_day,
    1 as clicks,
    10 as impressions,
    case when campaign_name = 'in dollars' or day <> 3 then 5 end as spend_amount_reporting,
    case when campaign_name = 'in dollars' or day <> 3 then 20 end as claimed_conversion_value_reporting
from range(5) as days(day)
cross join (values ('in dollars'), ('in francs')) as campaigns(campaign_name);
"""


def test_a_day_without_a_rate_leaves_its_campaign_and_the_shops_ratio_unknown() -> None:
    sql = (FOLDER / "campaigns_claimed_and_blended.sql").read_text()
    with duckdb.connect() as connection:
        connection.execute(_METRICS)
        assert connection.execute(sql).fetchall() == [
            ("google_ads", "in dollars", 25, 0.1, 4.0, None),
            ("google_ads", "in francs", None, 0.1, None, None),
        ]
