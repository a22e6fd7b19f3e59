select
    customer_id as account_id,
    date as account_date,
    campaign_id,
    conversion_action,
    conversion_action_name,
    {{ money_from_double('coalesce(conversions, 0)') }} as conversions,
    {{ money_from_double('coalesce(conversions_value, 0)') }} as conversion_value,
    {{ money_from_double('coalesce(all_conversions, 0)') }} as all_conversions,
    {{ version_columns() }}
from {{ source('google_ads', 'campaign_conversions') }}
