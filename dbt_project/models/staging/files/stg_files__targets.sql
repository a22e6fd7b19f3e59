select
    metric,
    period_type,
    period_start as period_start_date,
    store_id,
    scope,
    {{ money('target_value') }} as target_value,
    currency
from {{ source('files', 'targets') }}
