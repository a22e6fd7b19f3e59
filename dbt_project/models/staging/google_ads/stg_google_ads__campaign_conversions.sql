select
    customer_id as account_id,
    date as account_date,
    campaign_id,
    conversion_action,
    conversion_action_name,
    cast(coalesce(conversions, 0) as decimal(18, 4)) as conversions,
    {{ money('coalesce(conversions_value, 0)') }} as conversion_value,
    cast(coalesce(all_conversions, 0) as decimal(18, 4)) as all_conversions,
    {{ version_columns() }}
from {{ source('google_ads', 'campaign_conversions') }}
