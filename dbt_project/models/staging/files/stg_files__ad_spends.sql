select
    platform,
    account_id,
    account_name,
    campaign_id,
    campaign_name,
    day as account_date,
    {{ money('spend') }} as spend_amount,
    currency,
    impressions,
    clicks,
    {{ money_from_double('conversions') }} as conversions,
    {{ money('value') }} as conversion_value,
    _file_id as file_id
from {{ source('files', 'ad_spend') }}
