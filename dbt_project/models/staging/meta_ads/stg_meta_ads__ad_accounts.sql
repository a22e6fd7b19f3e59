select
    account_id,
    name as account_name,
    currency,
    timezone_name as timezone,
    account_status
from {{ source('meta_ads', 'ad_accounts') }}
