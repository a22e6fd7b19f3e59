with keyword_stats as (

    select *
    from {{ ref('stg_google_ads__keyword_stats') }}
    where is_current

),

keywords as (

    select *
    from {{ ref('stg_google_ads__keywords') }}

),

accounts as (

    select *
    from {{ ref('int_ad_accounts') }}
    where platform = 'google_ads'

),

rates as (

    select *
    from {{ ref('int_exchange_rates') }}

)

select
    {{ surrogate_key([
        "'google_ads'", 'keyword_stats.account_id', 'keyword_stats.account_date', 'keyword_stats.campaign_id',
        'keyword_stats.ad_group_id', 'keyword_stats.criterion_id', 'keyword_stats.device'
    ]) }} as ad_keyword_key,
    {{ surrogate_key(["'google_ads'", 'keyword_stats.account_id', 'keyword_stats.campaign_id']) }} as campaign_key,
    'google_ads' as platform,
    keyword_stats.account_id,
    keyword_stats.account_date,
    {{ is_complete_day('keyword_stats.account_date', "coalesce(accounts.timezone, 'UTC')") }} as is_complete_day,
    keyword_stats.campaign_id,
    keyword_stats.ad_group_id,
    keyword_stats.criterion_id,
    keyword_stats.device,
    keywords.keyword_text,
    keywords.match_type,
    keywords.status as keyword_status,
    keywords.quality_score,
    keywords.cpc_bid_amount,
    keyword_stats.impressions,
    keyword_stats.clicks,
    keyword_stats.spend_amount,
    keyword_stats.primary_conversions,
    keyword_stats.primary_conversion_value,
    accounts.currency,
    {{ to_reporting('keyword_stats.spend_amount') }} as spend_amount_reporting,
    {{ to_reporting('keyword_stats.primary_conversion_value') }} as primary_conversion_value_reporting,
    rates.reporting_currency
from keyword_stats
left join keywords
    on
        keyword_stats.account_id = keywords.account_id
        and keyword_stats.ad_group_id = keywords.ad_group_id
        and keyword_stats.criterion_id = keywords.criterion_id
left join accounts
    on keyword_stats.account_id = accounts.account_id
left join rates
    on
        accounts.currency = rates.from_currency
        and keyword_stats.account_date = rates.date
