select
    'meta_ads' as platform,
    account_id,
    ad_group_id,
    ad_group_name
from {{ ref('stg_meta_ads__ad_sets') }}

union all

select
    'google_ads' as platform,
    account_id,
    ad_group_id,
    ad_group_name
from {{ ref('stg_google_ads__ad_groups') }}
