select
    account_id,
    account_date,
    gclid as click_id,
    campaign_id,
    ad_group_id,
    device
from {{ ref('stg_google_ads__click_view') }}
