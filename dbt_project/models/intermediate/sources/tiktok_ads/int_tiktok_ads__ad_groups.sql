select
    account_id,
    ad_group_id,
    ad_group_name
from {{ ref('stg_tiktok_ads__ad_groups') }}
