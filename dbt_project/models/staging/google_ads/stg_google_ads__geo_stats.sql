select
    customer_id as account_id,
    date as account_date,
    campaign_id,
    country_criterion_id,
    lower(location_type) as location_type,
    {{ google_ads_measures() }},
    {{ version_columns() }}
from {{ source('google_ads', 'geo_stats') }}
