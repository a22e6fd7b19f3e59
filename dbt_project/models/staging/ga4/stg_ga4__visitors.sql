select
    property_id,
    date as visit_date,
    sessions as session_count,
    total_users as user_count,
    active_users as active_user_count,
    new_users as new_user_count,
    is_thresholded,
    is_sampled,
    has_other_row,
    {{ version_columns() }}
from {{ source('ga4', 'visitors') }}
