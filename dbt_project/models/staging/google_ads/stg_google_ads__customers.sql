select
    customer_id as account_id,
    descriptive_name as account_name,
    currency_code as currency,
    time_zone as timezone,
    lower(status) as account_status
from {{ source('google_ads', 'customers') }}
