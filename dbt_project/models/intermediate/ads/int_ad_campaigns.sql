-- Meta hides deleted campaigns and lists none that an account lost access to; what spent money is a campaign all the
-- same, so those known from delivery alone are added without a name.
with meta_campaigns as (

    select *
    from {{ ref('stg_meta_ads__campaigns') }}

),

google_campaigns as (

    select *
    from {{ ref('stg_google_ads__campaigns') }}

),

google_budgets as (

    select *
    from {{ ref('stg_google_ads__campaign_budgets') }}

),

accounts as (

    select *
    from {{ ref('int_ad_accounts') }}

),

delivery as (

    select
        platform,
        account_id,
        campaign_id,
        min(account_date) as first_delivery_date,
        max(account_date) as last_delivery_date
    from {{ ref('int_ad_measures') }}
    where
        is_current
        and impressions > 0
    group by platform, account_id, campaign_id

),

listed as (

    select
        'meta_ads' as platform,
        meta_campaigns.account_id,
        meta_campaigns.campaign_id,
        meta_campaigns.campaign_name,
        meta_campaigns.status,
        meta_campaigns.objective as campaign_type,
        {{ local_date('meta_campaigns.started_at', 'accounts.timezone') }} as start_date,
        {{ local_date('meta_campaigns.stopped_at', 'accounts.timezone') }} as end_date,
        meta_campaigns.daily_budget_amount,
        meta_campaigns.lifetime_budget_amount
    from meta_campaigns
    left join accounts
        on
            accounts.platform = 'meta_ads'
            and meta_campaigns.account_id = accounts.account_id

    union all

    select
        'google_ads' as platform,
        google_campaigns.account_id,
        google_campaigns.campaign_id,
        google_campaigns.campaign_name,
        google_campaigns.status,
        google_campaigns.channel_type as campaign_type,
        google_campaigns.start_date,
        google_campaigns.end_date,
        google_budgets.daily_budget_amount,
        cast(null as decimal(18, 4)) as lifetime_budget_amount
    from google_campaigns
    left join google_budgets
        on
            google_campaigns.account_id = google_budgets.account_id
            and google_campaigns.budget_id = google_budgets.budget_id

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
