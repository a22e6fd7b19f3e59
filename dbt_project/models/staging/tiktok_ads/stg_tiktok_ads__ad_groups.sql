select
    advertiser_id as account_id,
    campaign_id,
    adgroup_id as ad_group_id,
    adgroup_name as ad_group_name
from {{ source('tiktok_ads', 'ad_groups') }}
