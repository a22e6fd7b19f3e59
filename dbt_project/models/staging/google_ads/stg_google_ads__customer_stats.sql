select
    customer_id as account_id,
    date as account_date,
    {{ google_ads_measures() }},
    {{ version_columns() }}
from {{ source('google_ads', 'customer_stats') }}
