select
    account_id,
    ad_group_id,
    ad_group_name
from {{ ref('stg_google_ads__ad_groups') }}
