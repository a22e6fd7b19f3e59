select
    account_id,
    account_date,
    campaign_id,
    cast(null as {{ dbt.type_string() }}) as ad_group_id,
    'age and gender' as breakdown,
    age_band,
    gender,
    cast(null as {{ dbt.type_string() }}) as country_code,
    cast(null as {{ dbt.type_string() }}) as publisher,
    cast(null as {{ dbt.type_string() }}) as position,
    cast(null as {{ dbt.type_string() }}) as device,
    impressions,
    clicks,
    spend_amount,
    cast(null as decimal(18, 4)) as primary_conversions,
    cast(null as decimal(18, 4)) as primary_conversion_value,
    is_current
from {{ ref('stg_meta_ads__ad_insights_age_gender') }}

union all

select
    account_id,
    account_date,
    campaign_id,
    cast(null as {{ dbt.type_string() }}) as ad_group_id,
    'country' as breakdown,
    cast(null as {{ dbt.type_string() }}) as age_band,
    cast(null as {{ dbt.type_string() }}) as gender,
    country_code,
    cast(null as {{ dbt.type_string() }}) as publisher,
    cast(null as {{ dbt.type_string() }}) as position,
    cast(null as {{ dbt.type_string() }}) as device,
    impressions,
    clicks,
    spend_amount,
    cast(null as decimal(18, 4)) as primary_conversions,
    cast(null as decimal(18, 4)) as primary_conversion_value,
    is_current
from {{ ref('stg_meta_ads__ad_insights_country') }}

union all

select
    account_id,
    account_date,
    campaign_id,
    cast(null as {{ dbt.type_string() }}) as ad_group_id,
    'placement' as breakdown,
    cast(null as {{ dbt.type_string() }}) as age_band,
    cast(null as {{ dbt.type_string() }}) as gender,
    cast(null as {{ dbt.type_string() }}) as country_code,
    publisher_platform as publisher,
    platform_position as position,
    device,
    impressions,
    clicks,
    spend_amount,
    cast(null as decimal(18, 4)) as primary_conversions,
    cast(null as decimal(18, 4)) as primary_conversion_value,
    is_current
from {{ ref('stg_meta_ads__ad_insights_placement') }}
