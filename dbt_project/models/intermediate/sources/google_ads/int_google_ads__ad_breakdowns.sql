with geo_stats as (

    select * from {{ ref('stg_google_ads__geo_stats') }}

),

countries as (

    select * from {{ ref('google_ads_countries') }}

)

-- A country is where people were; the place that they searched for would count their clicks again.
select
    geo_stats.account_id,
    geo_stats.account_date,
    geo_stats.campaign_id,
    cast(null as {{ dbt.type_string() }}) as ad_group_id,
    'country' as breakdown,
    cast(null as {{ dbt.type_string() }}) as age_band,
    cast(null as {{ dbt.type_string() }}) as gender,
    coalesce(countries.country_code, 'unmapped ' || geo_stats.country_criterion_id) as country_code,
    cast(null as {{ dbt.type_string() }}) as publisher,
    cast(null as {{ dbt.type_string() }}) as position,
    cast(null as {{ dbt.type_string() }}) as device,
    geo_stats.impressions,
    geo_stats.clicks,
    geo_stats.spend_amount,
    geo_stats.primary_conversions,
    geo_stats.primary_conversion_value,
    geo_stats.is_current
from geo_stats
left join countries
    on geo_stats.country_criterion_id = countries.country_criterion_id
where geo_stats.location_type = 'location_of_presence'

union all

select
    account_id,
    account_date,
    campaign_id,
    ad_group_id,
    'ad group' as breakdown,
    cast(null as {{ dbt.type_string() }}) as age_band,
    cast(null as {{ dbt.type_string() }}) as gender,
    cast(null as {{ dbt.type_string() }}) as country_code,
    cast(null as {{ dbt.type_string() }}) as publisher,
    cast(null as {{ dbt.type_string() }}) as position,
    device,
    impressions,
    clicks,
    spend_amount,
    primary_conversions,
    primary_conversion_value,
    is_current
from {{ ref('stg_google_ads__ad_group_stats') }}
