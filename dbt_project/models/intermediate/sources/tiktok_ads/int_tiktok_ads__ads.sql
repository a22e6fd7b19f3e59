select
    account_id,
    campaign_id,
    ad_group_id,
    ad_id,
    ad_name
from {{ ref('stg_tiktok_ads__ads') }}
