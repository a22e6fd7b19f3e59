select
    account_id,
    id as ad_id,
    ad_set_id as ad_group_id,
    campaign_id,
    creative_id,
    name as ad_name
from {{ source('meta_ads', 'ads') }}
