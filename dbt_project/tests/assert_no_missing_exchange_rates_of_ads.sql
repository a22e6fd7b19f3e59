select
    performance.platform,
    performance.account_id,
    performance.currency,
    min(performance.account_date) as first_date,
    max(performance.account_date) as last_date,
    count(*) as entries
from {{ ref('fct_ad_performance_daily') }} as performance
where
    performance.spend_amount <> 0
    and performance.spend_amount_reporting is null
group by performance.platform, performance.account_id, performance.currency
