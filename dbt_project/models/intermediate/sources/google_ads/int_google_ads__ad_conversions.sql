select
    account_id,
    account_date,
    campaign_id,
    cast(null as {{ dbt.type_string() }}) as ad_id,
    'campaign' as report_level,
    conversion_action_name as action_name,
    cast(null as {{ dbt.type_string() }}) as attribution_window,
    conversions,
    all_conversions,
    conversion_value,
    true as has_platform_conversions,
    known_from_at,
    known_until_at,
    is_current
from {{ ref('stg_google_ads__campaign_conversions') }}
