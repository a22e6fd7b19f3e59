select
    property_id,
    first_day as first_date,
    last_day as last_date,
    {{ utc_timestamp('read_at') }} as read_at
from {{ source('ga4', 'report_periods') }}
