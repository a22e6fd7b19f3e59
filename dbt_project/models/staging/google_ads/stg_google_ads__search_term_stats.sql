select
    customer_id as account_id,
    date as account_date,
    campaign_id,
    ad_group_id,
    search_term,
    lower(status) as search_term_status,
    {{ google_ads_measures() }},
    {{ version_columns() }}
from {{ source('google_ads', 'search_term_stats') }}
