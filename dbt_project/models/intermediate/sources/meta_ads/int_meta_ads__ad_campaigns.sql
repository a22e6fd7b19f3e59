with campaigns as (

    select * from {{ ref('stg_meta_ads__campaigns') }}

),

accounts as (

    select * from {{ ref('stg_meta_ads__ad_accounts') }}

)

select
    campaigns.account_id,
    campaigns.campaign_id,
    campaigns.campaign_name,
    campaigns.status,
    campaigns.objective as campaign_type,
    {{ local_date('campaigns.started_at', 'accounts.timezone') }} as start_date,
    {{ local_date('campaigns.stopped_at', 'accounts.timezone') }} as end_date,
    campaigns.daily_budget_amount,
    campaigns.lifetime_budget_amount
from campaigns
left join accounts
    on campaigns.account_id = accounts.account_id
