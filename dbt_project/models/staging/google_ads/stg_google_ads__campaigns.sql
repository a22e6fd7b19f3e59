select
    customer_id as account_id,
    id as campaign_id,
    name as campaign_name,
    lower(status) as status,
    lower(advertising_channel_type) as channel_type,
    budget_id,
    try_cast(substr(start_date_time, 1, 10) as date) as start_date,
    try_cast(substr(end_date_time, 1, 10) as date) as end_date
from {{ source('google_ads', 'campaigns') }}
