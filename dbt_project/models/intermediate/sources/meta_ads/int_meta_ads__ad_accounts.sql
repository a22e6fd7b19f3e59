select
    account_id,
    account_name,
    currency,
    timezone
from {{ ref('stg_meta_ads__ad_accounts') }}
