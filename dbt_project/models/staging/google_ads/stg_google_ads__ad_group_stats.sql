select
    customer_id as account_id,
    date as account_date,
    campaign_id,
    ad_group_id,
    lower(device) as device,
    {{ google_ads_measures() }},
    {{ version_columns() }}
from {{ source('google_ads', 'ad_group_stats') }}
