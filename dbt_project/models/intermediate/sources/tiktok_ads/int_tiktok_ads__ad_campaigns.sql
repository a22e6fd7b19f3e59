select
    account_id,
    campaign_id,
    campaign_name,
    status,
    objective as campaign_type,
    cast(null as date) as start_date,
    cast(null as date) as end_date,
    daily_budget_amount,
    lifetime_budget_amount
from {{ ref('stg_tiktok_ads__campaigns') }}
