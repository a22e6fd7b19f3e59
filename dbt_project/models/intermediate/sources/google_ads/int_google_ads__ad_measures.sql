-- The account's total is the truth of spend; the campaigns detail it, and the ads the campaigns that have ads.
with campaigns as (

    select * from {{ ref('stg_google_ads__campaigns') }}

),

campaign_stats as (

    select * from {{ ref('stg_google_ads__campaign_stats') }}

)

select
    account_id,
    account_date,
    cast(null as {{ dbt.type_string() }}) as campaign_id,
    cast(null as {{ dbt.type_string() }}) as ad_group_id,
    cast(null as {{ dbt.type_string() }}) as ad_id,
    cast(null as {{ dbt.type_string() }}) as device,
    'account' as report_level,
    true as is_detailed,
    false as has_claims,
    impressions,
    cast(null as bigint) as reach,
    clicks,
    cast(null as bigint) as link_clicks,
    cast(null as bigint) as video_views,
    cast(null as bigint) as engagements,
    spend_amount,
    primary_conversions,
    primary_conversion_value,
    view_through_conversions,
    known_from_at,
    known_until_at,
    is_current
from {{ ref('stg_google_ads__customer_stats') }}

union all

select
    campaign_stats.account_id,
    campaign_stats.account_date,
    campaign_stats.campaign_id,
    cast(null as {{ dbt.type_string() }}) as ad_group_id,
    cast(null as {{ dbt.type_string() }}) as ad_id,
    campaign_stats.device,
    'campaign' as report_level,
    coalesce(
        campaigns.channel_type not in ('performance_max', 'smart', 'local', 'multi_channel', 'hotel'), true
    ) as is_detailed,
    true as has_claims,
    campaign_stats.impressions,
    cast(null as bigint) as reach,
    campaign_stats.clicks,
    cast(null as bigint) as link_clicks,
    campaign_stats.video_views,
    campaign_stats.engagements,
    campaign_stats.spend_amount,
    campaign_stats.primary_conversions,
    campaign_stats.primary_conversion_value,
    campaign_stats.view_through_conversions,
    campaign_stats.known_from_at,
    campaign_stats.known_until_at,
    campaign_stats.is_current
from campaign_stats
left join campaigns
    on
        campaign_stats.account_id = campaigns.account_id
        and campaign_stats.campaign_id = campaigns.campaign_id

union all

select
    account_id,
    account_date,
    campaign_id,
    ad_group_id,
    ad_id,
    device,
    'ad' as report_level,
    false as is_detailed,
    false as has_claims,
    impressions,
    cast(null as bigint) as reach,
    clicks,
    cast(null as bigint) as link_clicks,
    cast(null as bigint) as video_views,
    cast(null as bigint) as engagements,
    spend_amount,
    primary_conversions,
    primary_conversion_value,
    view_through_conversions,
    known_from_at,
    known_until_at,
    is_current
from {{ ref('stg_google_ads__ad_stats') }}
