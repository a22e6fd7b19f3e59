select
    account_id,
    id as ad_group_id,
    campaign_id,
    name as ad_group_name
from {{ source('meta_ads', 'ad_sets') }}
