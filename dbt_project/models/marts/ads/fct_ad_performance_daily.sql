with measures as (

    select *
    from {{ ref('int_ad_performance') }}
    where is_current

),

account_days as (

    select *
    from {{ ref('int_ad_account_days') }}

),

ad_groups as (

    select *
    from {{ ref('int_ad_groups') }}

),

ads as (

    select *
    from {{ ref('int_ads') }}

),

summed as (

    select
        platform,
        account_id,
        account_date,
        campaign_id,
        ad_group_id,
        ad_id,
        device,
        report_level,
        cast(sum(impressions) as bigint) as impressions,
        max(reach) as reach,
        cast(sum(clicks) as bigint) as clicks,
        cast(sum(link_clicks) as bigint) as link_clicks,
        cast(sum(video_views) as bigint) as video_views,
        cast(sum(engagements) as bigint) as engagements,
        cast(sum(spend_amount) as decimal(18, 4)) as spend_amount,
        cast(sum(primary_conversions) as decimal(18, 4)) as primary_conversions,
        cast(sum(primary_conversion_value) as decimal(18, 4)) as primary_conversion_value,
        cast(sum(view_through_conversions) as bigint) as view_through_conversions,
        cast(sum(claimed_conversions) as decimal(18, 4)) as claimed_conversions,
        cast(sum(claimed_conversion_value) as decimal(18, 4)) as claimed_conversion_value,
        cast(sum(add_to_carts) as decimal(18, 4)) as add_to_carts
    from measures
    group by
        platform,
        account_id,
        account_date,
        campaign_id,
        ad_group_id,
        ad_id,
        device,
        report_level

),

-- A campaign whose ads explain it wholly leaves nothing at campaign level.
informative as (

    select *
    from summed
    where
        report_level = 'ad'
        or impressions <> 0
        or clicks <> 0
        or spend_amount <> 0
        or coalesce(video_views, 0) <> 0
        or coalesce(engagements, 0) <> 0
        or primary_conversions <> 0
        or primary_conversion_value <> 0
        or view_through_conversions <> 0
        or claimed_conversions <> 0
        or claimed_conversion_value <> 0
        or add_to_carts <> 0

)

select
    {{ surrogate_key([
        'informative.platform', 'informative.account_id', 'informative.account_date', 'informative.campaign_id',
        'informative.ad_group_id', 'informative.ad_id', 'informative.device', 'informative.report_level'
    ]) }} as ad_performance_key,
    {{ campaign_key('informative.platform', 'informative.account_id', 'informative.campaign_id') }} as campaign_key,
    informative.platform,
    informative.account_id,
    informative.account_date,
    account_days.timezone as account_timezone,
    account_days.is_complete_spend_day as is_complete_day,
    informative.report_level,
    informative.campaign_id,
    informative.ad_group_id,
    ad_groups.ad_group_name,
    informative.ad_id,
    ads.ad_name,
    informative.device,
    informative.impressions,
    informative.reach,
    informative.clicks,
    informative.link_clicks,
    informative.video_views,
    informative.engagements,
    informative.spend_amount,
    informative.primary_conversions,
    informative.primary_conversion_value,
    informative.view_through_conversions,
    informative.claimed_conversions,
    informative.claimed_conversion_value,
    informative.add_to_carts,
    account_days.currency,
    {{ to_reporting('informative.spend_amount', 'account_days') }} as spend_amount_reporting,
    {{ to_reporting('informative.primary_conversion_value', 'account_days') }} as primary_conversion_value_reporting,
    {{ to_reporting('informative.claimed_conversion_value', 'account_days') }} as claimed_conversion_value_reporting,
    account_days.reporting_currency
from informative
left join account_days
    on
        informative.platform = account_days.platform
        and informative.account_id = account_days.account_id
        and informative.account_date = account_days.account_date
left join ad_groups
    on
        informative.platform = ad_groups.platform
        and informative.account_id = ad_groups.account_id
        and informative.ad_group_id = ad_groups.ad_group_id
left join ads
    on
        informative.platform = ads.platform
        and informative.account_id = ads.account_id
        and informative.ad_group_id = ads.ad_group_id
        and informative.ad_id = ads.ad_id
