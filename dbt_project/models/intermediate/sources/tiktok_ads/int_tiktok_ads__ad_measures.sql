-- The account's total is the truth of spend; the campaigns detail it, and the ads the campaigns.
select
    account_id,
    account_date,
    cast(null as {{ dbt.type_string() }}) as campaign_id,
    cast(null as {{ dbt.type_string() }}) as ad_group_id,
    cast(null as {{ dbt.type_string() }}) as ad_id,
    cast(null as {{ dbt.type_string() }}) as device,
    'account' as report_level,
    true as is_detailed,
    false as has_claims,
    impressions,
    cast(null as bigint) as reach,
    clicks,
    clicks as link_clicks,
    video_views,
    cast(null as bigint) as engagements,
    spend_amount,
    cast(null as decimal(18, 4)) as primary_conversions,
    cast(null as decimal(18, 4)) as primary_conversion_value,
    cast(null as bigint) as view_through_conversions,
    known_from_at,
    known_until_at,
    is_current
from {{ ref('stg_tiktok_ads__advertiser_reports') }}

union all

select
    account_id,
    account_date,
    campaign_id,
    cast(null as {{ dbt.type_string() }}) as ad_group_id,
    cast(null as {{ dbt.type_string() }}) as ad_id,
    cast(null as {{ dbt.type_string() }}) as device,
    'campaign' as report_level,
    true as is_detailed,
    false as has_claims,
    impressions,
    cast(null as bigint) as reach,
    clicks,
    clicks as link_clicks,
    video_views,
    cast(null as bigint) as engagements,
    spend_amount,
    cast(null as decimal(18, 4)) as primary_conversions,
    cast(null as decimal(18, 4)) as primary_conversion_value,
    cast(null as bigint) as view_through_conversions,
    known_from_at,
    known_until_at,
    is_current
from {{ ref('stg_tiktok_ads__campaign_reports') }}

union all

select
    account_id,
    account_date,
    campaign_id,
    ad_group_id,
    ad_id,
    cast(null as {{ dbt.type_string() }}) as device,
    'ad' as report_level,
    false as is_detailed,
    true as has_claims,
    impressions,
    reach,
    clicks,
    clicks as link_clicks,
    video_views,
    cast(null as bigint) as engagements,
    spend_amount,
    cast(null as decimal(18, 4)) as primary_conversions,
    cast(null as decimal(18, 4)) as primary_conversion_value,
    cast(null as bigint) as view_through_conversions,
    known_from_at,
    known_until_at,
    is_current
from {{ ref('stg_tiktok_ads__ad_reports') }}
