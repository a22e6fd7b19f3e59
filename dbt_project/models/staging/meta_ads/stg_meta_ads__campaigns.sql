select
    account_id,
    id as campaign_id,
    name as campaign_name,
    lower(effective_status) as status,
    lower(objective) as objective,
    {{ money('daily_budget') }} as daily_budget_amount,
    {{ money('lifetime_budget') }} as lifetime_budget_amount,
    {{ utc_timestamp('start_time') }} as started_at,
    {{ utc_timestamp('stop_time') }} as stopped_at,
    {{ utc_timestamp('created_time') }} as created_at
from {{ source('meta_ads', 'campaigns') }}
