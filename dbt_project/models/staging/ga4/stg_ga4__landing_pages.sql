select
    property_id,
    date as visit_date,
    session_default_channel_group as web_channel,
    landing_page,
    sessions as session_count,
    engaged_sessions as engaged_session_count,
    total_users as user_count,
    ecommerce_purchases as purchase_count,
    {{ money('purchase_revenue') }} as purchase_revenue_amount,
    is_thresholded,
    is_sampled,
    has_other_row,
    {{ version_columns() }}
from {{ source('ga4', 'landing_pages') }}
