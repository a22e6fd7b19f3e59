select
    account_id,
    first_date,
    last_date,
    read_at
from {{ ref('stg_google_ads__report_periods') }}
