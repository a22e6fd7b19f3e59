with spends as (

    select * from {{ ref('int_files__counted_ad_spends') }}

),

loaded_files as (

    select * from {{ ref('stg_files__loaded_files') }}

)

select
    spends.platform,
    spends.account_id,
    spends.account_date,
    spends.campaign_id,
    cast(null as {{ dbt.type_string() }}) as ad_group_id,
    cast(null as {{ dbt.type_string() }}) as ad_id,
    cast(null as {{ dbt.type_string() }}) as device,
    'campaign' as report_level,
    false as is_detailed,
    true as has_claims,
    spends.impressions,
    cast(null as bigint) as reach,
    spends.clicks,
    cast(null as bigint) as link_clicks,
    cast(null as bigint) as video_views,
    cast(null as bigint) as engagements,
    spends.spend_amount,
    spends.conversions as primary_conversions,
    spends.conversion_value as primary_conversion_value,
    cast(null as bigint) as view_through_conversions,
    loaded_files.loaded_at as known_from_at,
    cast(null as timestamp) as known_until_at,
    true as is_current
from spends
inner join loaded_files
    on spends.file_id = loaded_files.file_id
