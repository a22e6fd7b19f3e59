with measures as (

    select *
    from {{ ref('int_ad_search_terms') }}
    where is_current

),

account_days as (

    select *
    from {{ ref('int_ad_account_days') }}

)

select
    {{ surrogate_key([
        'measures.platform', 'measures.account_id', 'measures.account_date', 'measures.campaign_id',
        'measures.ad_group_id', 'measures.search_term'
    ]) }} as ad_search_term_key,
    {{ campaign_key('measures.platform', 'measures.account_id', 'measures.campaign_id') }} as campaign_key,
    measures.platform,
    measures.account_id,
    measures.account_date,
    account_days.is_complete_search_term_day as is_complete_day,
    measures.campaign_id,
    measures.ad_group_id,
    measures.search_term,
    measures.search_term_status,
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
