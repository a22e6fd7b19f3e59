select
    advertiser_id as account_id,
    name as account_name,
    currency,
    coalesce(display_timezone, timezone) as timezone,
    status as account_status
from {{ source('tiktok_ads', 'advertisers') }}
