select
    account_id,
    account_name,
    currency,
    timezone
from {{ ref('stg_google_ads__customers') }}
