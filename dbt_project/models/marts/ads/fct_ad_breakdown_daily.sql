with breakdowns as (

    select *
    from {{ ref('int_ad_breakdowns') }}
    where is_current

),

account_days as (

    select *
    from {{ ref('int_ad_account_days') }}

),

measures as (

    select
        platform,
        account_id,
        account_date,
        campaign_id,
        ad_group_id,
        breakdown,
        age_band,
        gender,
        country_code,
        publisher,
        position,
        device,
        cast(sum(impressions) as bigint) as impressions,
        cast(sum(clicks) as bigint) as clicks,
        cast(sum(spend_amount) as decimal(18, 4)) as spend_amount,
        cast(sum(primary_conversions) as decimal(18, 4)) as primary_conversions,
        cast(sum(primary_conversion_value) as decimal(18, 4)) as primary_conversion_value
    from breakdowns
    group by
        platform,
        account_id,
        account_date,
        campaign_id,
        ad_group_id,
        breakdown,
        age_band,
        gender,
        country_code,
        publisher,
        position,
        device

)

select
    {{ surrogate_key([
        'measures.platform', 'measures.account_id', 'measures.account_date', 'measures.campaign_id',
        'measures.ad_group_id', 'measures.breakdown', 'measures.age_band', 'measures.gender',
        'measures.country_code', 'measures.publisher', 'measures.position', 'measures.device'
    ]) }} as ad_breakdown_key,
    {{ campaign_key('measures.platform', 'measures.account_id', 'measures.campaign_id') }} as campaign_key,
    measures.platform,
    measures.account_id,
    measures.account_date,
    account_days.is_complete_audience_day as is_complete_day,
    measures.campaign_id,
    measures.ad_group_id,
    measures.breakdown,
    measures.age_band,
    measures.gender,
    measures.country_code,
    measures.publisher,
    measures.position,
    measures.device,
    measures.impressions,
    measures.clicks,
    measures.spend_amount,
    measures.primary_conversions,
    measures.primary_conversion_value,
    account_days.currency,
    {{ to_reporting('measures.spend_amount', 'account_days') }} as spend_amount_reporting,
    {{ to_reporting('measures.primary_conversion_value', 'account_days') }} as primary_conversion_value_reporting,
    account_days.reporting_currency
from measures
left join account_days
    on
        measures.platform = account_days.platform
        and measures.account_id = account_days.account_id
        and measures.account_date = account_days.account_date
