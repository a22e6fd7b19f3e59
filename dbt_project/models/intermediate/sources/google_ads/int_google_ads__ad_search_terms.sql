select
    account_id,
    account_date,
    campaign_id,
    ad_group_id,
    search_term,
    search_term_status,
    impressions,
    clicks,
    spend_amount,
    primary_conversions,
    primary_conversion_value,
    is_current
from {{ ref('stg_google_ads__search_term_stats') }}
