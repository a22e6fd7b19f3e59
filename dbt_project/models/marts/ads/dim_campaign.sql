with campaigns as (

    select *
    from {{ ref('int_ad_campaigns') }}

),

accounts as (

    select *
    from {{ ref('int_ad_accounts') }}

)

select
    {{ campaign_key('campaigns.platform', 'campaigns.account_id', 'campaigns.campaign_id') }} as campaign_key,
    campaigns.platform,
    campaigns.account_id,
    accounts.account_name,
    accounts.timezone as account_timezone,
    campaigns.campaign_id,
    coalesce(campaigns.campaign_name, 'Campaign ' || campaigns.campaign_id) as campaign_name,
    campaigns.status as campaign_status,
    campaigns.campaign_type,
    campaigns.start_date,
    campaigns.end_date,
    campaigns.daily_budget_amount,
    campaigns.lifetime_budget_amount,
    accounts.currency,
    campaigns.first_delivery_date,
    campaigns.last_delivery_date,
    campaigns.is_listed
from campaigns
left join accounts
    on
        campaigns.platform = accounts.platform
        and campaigns.account_id = accounts.account_id
