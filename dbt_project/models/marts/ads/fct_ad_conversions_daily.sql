with claims as (

    select *
    from {{ ref('int_ad_claims') }}
    where is_current

),

-- Of an action a platform may name the ad alone.
ads as (

    select
        platform,
        account_id,
        account_date,
        ad_id,
        max(campaign_id) as campaign_id
    from {{ ref('int_ad_measures') }}
    where
        is_current
        and report_level = 'ad'
    group by platform, account_id, account_date, ad_id

),

account_days as (

    select *
    from {{ ref('int_ad_account_days') }}

),

measures as (

    select
        claims.platform,
        claims.account_id,
        claims.account_date,
        coalesce(claims.campaign_id, ads.campaign_id) as campaign_id,
        claims.action_name,
        claims.action_category,
        claims.attribution_window,
        claims.measure,
        claims.is_counted,
        cast(sum(claims.conversions) as decimal(18, 4)) as conversions,
        cast(sum(claims.all_conversions) as decimal(18, 4)) as all_conversions,
        cast(sum(claims.conversion_value) as decimal(18, 4)) as conversion_value
    from claims
    left join ads
        on
            claims.platform = ads.platform
            and claims.account_id = ads.account_id
            and claims.account_date = ads.account_date
            and claims.ad_id = ads.ad_id
    group by
        claims.platform,
        claims.account_id,
        claims.account_date,
        coalesce(claims.campaign_id, ads.campaign_id),
        claims.action_name,
        claims.action_category,
        claims.attribution_window,
        claims.measure,
        claims.is_counted

)

select
    {{ surrogate_key([
        'measures.platform', 'measures.account_id', 'measures.account_date', 'measures.campaign_id',
        'measures.action_name', 'measures.action_category', 'measures.attribution_window'
    ]) }} as ad_conversion_key,
    {{ campaign_key('measures.platform', 'measures.account_id', 'measures.campaign_id') }} as campaign_key,
    measures.platform,
    measures.account_id,
    measures.account_date,
    account_days.is_complete_spend_day as is_complete_day,
    measures.campaign_id,
    measures.action_name,
    measures.action_category,
    measures.attribution_window,
    measures.measure,
    measures.is_counted,
    measures.conversions,
    measures.all_conversions,
    measures.conversion_value,
    account_days.currency,
    {{ to_reporting('measures.conversion_value', 'account_days') }} as conversion_value_reporting,
    account_days.reporting_currency
from measures
left join account_days
    on
        measures.platform = account_days.platform
        and measures.account_id = account_days.account_id
        and measures.account_date = account_days.account_date
