select
    customer_id as account_id,
    date as account_date,
    campaign_id,
    conversion_action,
    conversion_action_name,
    cast(coalesce(conversions, 0) as decimal(18, 4)) as conversions,
    {{ money('coalesce(conversions_value, 0)') }} as conversion_value,
    cast(coalesce(all_conversions, 0) as decimal(18, 4)) as all_conversions,
    {{ utc_timestamp('_valid_from') }} as known_from_at,
    {{ utc_timestamp('_valid_to') }} as known_until_at,
    _valid_to is null as is_current
from {{ source('google_ads', 'campaign_conversions') }}
