select
    account_id,
    account_date,
    campaign_id,
    ad_group_id,
    criterion_id,
    device,
    impressions,
    clicks,
    spend_amount,
    primary_conversions,
    primary_conversion_value,
    known_from_at,
    known_until_at,
    is_current
from {{ ref('stg_google_ads__keyword_stats') }}
