-- The campaign report is the account's truth, for it alone has Performance Max; the ad report details it.
select
    account_id,
    account_date,
    campaign_id,
    cast(null as {{ dbt.type_string() }}) as ad_group_id,
    cast(null as {{ dbt.type_string() }}) as ad_id,
    device,
    'campaign' as report_level,
    false as is_part_of_campaign,
    impressions,
    cast(null as bigint) as reach,
    clicks,
    cast(null as bigint) as link_clicks,
    video_views,
    engagements,
    spend_amount,
    primary_conversions,
    primary_conversion_value,
    view_through_conversions,
    known_from_at,
    known_until_at,
    is_current
from {{ ref('stg_google_ads__campaign_stats') }}

union all

select
    account_id,
    account_date,
    campaign_id,
    ad_group_id,
    ad_id,
    device,
    'ad' as report_level,
    true as is_part_of_campaign,
    impressions,
    cast(null as bigint) as reach,
    clicks,
    cast(null as bigint) as link_clicks,
    cast(null as bigint) as video_views,
    cast(null as bigint) as engagements,
    spend_amount,
    primary_conversions,
    primary_conversion_value,
    view_through_conversions,
    known_from_at,
    known_until_at,
    is_current
from {{ ref('stg_google_ads__ad_stats') }}
