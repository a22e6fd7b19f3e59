select
    customer_id as account_id,
    id as ad_group_id,
    campaign_id,
    name as ad_group_name
from {{ source('google_ads', 'ad_groups') }}
