-- A platform may hide deleted campaigns and list none that an account lost access to; what spent money is a campaign
-- all the same, so those known from delivery alone are added without a name.
with listed as (

    {{ union_of_sources('ad_campaigns', source_column='platform', columns=[
        'account_id',
        'campaign_id',
        'campaign_name',
        'status',
        'campaign_type',
        'start_date',
        'end_date',
        'daily_budget_amount',
        'lifetime_budget_amount',
    ]) }}

),

delivery as (

    select
        platform,
        account_id,
        campaign_id,
        min(account_date) as first_delivery_date,
        max(account_date) as last_delivery_date
    from {{ ref('int_ad_performance') }}
    where
        is_current
        and impressions > 0
        and campaign_id is not null
    group by platform, account_id, campaign_id

)

select
    coalesce(listed.platform, delivery.platform) as platform,
    coalesce(listed.account_id, delivery.account_id) as account_id,
    coalesce(listed.campaign_id, delivery.campaign_id) as campaign_id,
    listed.campaign_name,
    listed.status,
    listed.campaign_type,
    listed.start_date,
    listed.end_date,
    listed.daily_budget_amount,
    listed.lifetime_budget_amount,
    delivery.first_delivery_date,
    delivery.last_delivery_date,
    listed.campaign_id is not null as is_listed
from listed
full outer join delivery
    on
        listed.platform = delivery.platform
        and listed.account_id = delivery.account_id
        and listed.campaign_id = delivery.campaign_id
