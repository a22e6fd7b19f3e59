select
    customer_id as account_id,
    id as budget_id,
    {{ money_from_micros('amount_micros') }} as daily_budget_amount
from {{ source('google_ads', 'campaign_budgets') }}
