select
    advertiser_id as account_id,
    campaign_id,
    campaign_name,
    case when secondary_status like '%DELETE' then 'deleted' else lower(operation_status) end as status,
    lower(objective_type) as objective,
    case when budget_mode = 'BUDGET_MODE_DAY' then {{ money('budget') }} end as daily_budget_amount,
    case when budget_mode = 'BUDGET_MODE_TOTAL' then {{ money('budget') }} end as lifetime_budget_amount,
    {{ utc_timestamp('create_time') }} as created_at
from {{ source('tiktok_ads', 'campaigns') }}
