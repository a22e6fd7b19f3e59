select
    'meta_ads' as platform,
    account_id,
    account_name,
    currency,
    timezone
from {{ ref('stg_meta_ads__ad_accounts') }}

union all

select
    'google_ads' as platform,
    account_id,
    account_name,
    currency,
    timezone
from {{ ref('stg_google_ads__customers') }}
