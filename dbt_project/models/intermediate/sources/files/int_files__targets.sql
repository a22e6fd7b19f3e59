select
    metric,
    period_type,
    period_start_date,
    store_id,
    scope,
    target_value,
    currency
from {{ ref('stg_files__targets') }}
