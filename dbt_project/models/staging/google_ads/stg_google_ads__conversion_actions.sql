select
    customer_id as account_id,
    id as conversion_action_id,
    name as conversion_action_name,
    lower(category) as category,
    lower(status) as status,
    lower(type) as measured_by,
    click_through_lookback_window_days
from {{ source('google_ads', 'conversion_actions') }}
