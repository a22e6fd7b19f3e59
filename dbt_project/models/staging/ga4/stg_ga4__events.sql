select
    property_id,
    date as visit_date,
    event_name,
    event_count,
    total_users as user_count,
    event_value,
    is_thresholded,
    is_sampled,
    has_other_row,
    {{ version_columns() }}
from {{ source('ga4', 'events') }}
