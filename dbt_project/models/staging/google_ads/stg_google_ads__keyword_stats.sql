-- Google leaves out selected metrics that are zero, so on a row that was sent a missing metric is zero.
select
    customer_id as account_id,
    date as account_date,
    campaign_id,
    ad_group_id,
    criterion_id,
    lower(device) as device,
    coalesce(impressions, 0) as impressions,
    coalesce(clicks, 0) as clicks,
    {{ money_from_micros('coalesce(cost_micros, 0)') }} as spend_amount,
    cast(coalesce(conversions, 0) as decimal(18, 4)) as primary_conversions,
    {{ money('coalesce(conversions_value, 0)') }} as primary_conversion_value,
    coalesce(view_through_conversions, 0) as view_through_conversions,
    {{ utc_timestamp('_valid_from') }} as known_from_at,
    {{ utc_timestamp('_valid_to') }} as known_until_at,
    _valid_to is null as is_current
from {{ source('google_ads', 'keyword_stats') }}
