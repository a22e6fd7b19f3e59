select
    account_id,
    first_date,
    last_date,
    read_at
from {{ ref('stg_tiktok_ads__report_periods') }}
