select
    advertiser_id as account_id,
    first_day as first_date,
    last_day as last_date,
    {{ utc_timestamp('read_at') }} as read_at
from {{ source('tiktok_ads', 'report_periods') }}
