select
    account_id,
    account_name,
    currency,
    timezone
from {{ ref('stg_tiktok_ads__advertisers') }}
