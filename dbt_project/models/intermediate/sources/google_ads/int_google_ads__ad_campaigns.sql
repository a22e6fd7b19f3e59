with campaigns as (

    select * from {{ ref('stg_google_ads__campaigns') }}

),

budgets as (

    select * from {{ ref('stg_google_ads__campaign_budgets') }}

)

select
    campaigns.account_id,
    campaigns.campaign_id,
    campaigns.campaign_name,
    campaigns.status,
    campaigns.channel_type as campaign_type,
    campaigns.start_date,
    campaigns.end_date,
    budgets.daily_budget_amount,
    cast(null as decimal(18, 4)) as lifetime_budget_amount
from campaigns
left join budgets
    on
        campaigns.account_id = budgets.account_id
        and campaigns.budget_id = budgets.budget_id
