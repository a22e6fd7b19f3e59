-- Meta states counts and values as rows of their own, and of an action no campaign.
select
    account_id,
    account_date,
    cast(null as {{ dbt.type_string() }}) as campaign_id,
    ad_id,
    'ad' as report_level,
    action_type as action_name,
    -- Custom conversions carry a number for a name; every other name is Meta's own.
    case when action_type not like 'offsite_conversion.custom%' then 'other' end as action_category,
    attribution_window,
    case when measure_kind = 'count' then action_value else 0 end as conversions,
    case when measure_kind = 'count' then action_value else 0 end as all_conversions,
    case when measure_kind = 'value' then action_value else 0 end as conversion_value,
    false as has_platform_conversions,
    known_from_at,
    known_until_at,
    is_current
from {{ ref('stg_meta_ads__ad_insight_actions') }}
