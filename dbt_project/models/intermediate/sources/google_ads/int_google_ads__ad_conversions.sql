with conversions as (

    select * from {{ ref('stg_google_ads__campaign_conversions') }}

),

actions as (

    select * from {{ ref('stg_google_ads__conversion_actions') }}

)

-- Google's default category is what nobody chose one for.
select
    conversions.account_id,
    conversions.account_date,
    conversions.campaign_id,
    cast(null as {{ dbt.type_string() }}) as ad_id,
    'campaign' as report_level,
    conversions.conversion_action_name as action_name,
    case when actions.category not in ('default', 'unknown', 'unspecified') then actions.category end
        as action_category,
    cast(null as {{ dbt.type_string() }}) as attribution_window,
    conversions.conversions,
    conversions.all_conversions,
    conversions.conversion_value,
    true as has_platform_conversions,
    conversions.known_from_at,
    conversions.known_until_at,
    conversions.is_current
from conversions
left join actions
    on
        conversions.account_id = actions.account_id
        and conversions.conversion_action
        = 'customers/' || actions.account_id || '/conversionActions/' || actions.conversion_action_id
