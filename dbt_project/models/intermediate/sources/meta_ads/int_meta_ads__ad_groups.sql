select
    account_id,
    ad_group_id,
    ad_group_name
from {{ ref('stg_meta_ads__ad_sets') }}
