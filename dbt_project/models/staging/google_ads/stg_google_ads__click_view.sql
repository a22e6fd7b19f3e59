select
    customer_id as account_id,
    date as account_date,
    gclid,
    campaign_id,
    ad_group_id,
    lower(device) as device
from {{ source('google_ads', 'click_view') }}
