with measures as (

    select *
    from {{ ref('int_ad_search_terms') }}
    where is_current

),

accounts as (

    select *
    from {{ ref('int_ad_accounts') }}

),

rates as (

    select *
    from {{ ref('int_exchange_rates') }}

)

select
    {{ surrogate_key([
        'measures.platform', 'measures.account_id', 'measures.account_date', 'measures.campaign_id',
        'measures.ad_group_id', 'measures.search_term'
    ]) }} as ad_search_term_key,
    {{ surrogate_key(['measures.platform', 'measures.account_id', 'measures.campaign_id']) }} as campaign_key,
    measures.platform,
    measures.account_id,
    measures.account_date,
    {{ is_complete_day('measures.account_date', "coalesce(accounts.timezone, 'UTC')") }} as is_complete_day,
    measures.campaign_id,
    measures.ad_group_id,
    measures.search_term,
    measures.search_term_status,
    measures.impressions,
    measures.clicks,
    measures.spend_amount,
    measures.primary_conversions,
    measures.primary_conversion_value,
    accounts.currency,
    {{ to_reporting('measures.spend_amount') }} as spend_amount_reporting,
    {{ to_reporting('measures.primary_conversion_value') }} as primary_conversion_value_reporting,
    rates.reporting_currency
from measures
left join accounts
    on
        measures.platform = accounts.platform
        and measures.account_id = accounts.account_id
left join rates
    on
        accounts.currency = rates.from_currency
        and measures.account_date = rates.date
