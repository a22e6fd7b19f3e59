with spends as (

    select * from {{ ref('int_files__counted_ad_spends') }}

),

loaded_files as (

    select * from {{ ref('stg_files__loaded_files') }}

)

-- Under the name that the seed conversion_actions gives to what files state of any platform.
select
    spends.platform,
    spends.account_id,
    spends.account_date,
    spends.campaign_id,
    cast(null as {{ dbt.type_string() }}) as ad_id,
    'campaign' as report_level,
    'stated in a file' as action_name,
    cast(null as {{ dbt.type_string() }}) as action_category,
    cast(null as {{ dbt.type_string() }}) as attribution_window,
    spends.conversions,
    spends.conversions as all_conversions,
    coalesce(spends.conversion_value, 0) as conversion_value,
    true as has_platform_conversions,
    loaded_files.loaded_at as known_from_at,
    cast(null as timestamp) as known_until_at,
    true as is_current
from spends
inner join loaded_files
    on spends.file_id = loaded_files.file_id
where spends.conversions <> 0
