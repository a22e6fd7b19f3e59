-- Meta leaves out metrics that are zero, so on a row with delivery a missing metric is zero.
select
    account_id,
    date_start as account_date,
    campaign_id,
    ad_id,
    publisher_platform,
    platform_position,
    impression_device as device,
    coalesce(impressions, 0) as impressions,
    coalesce(clicks, 0) as clicks,
    {{ money('coalesce(spend, 0)') }} as spend_amount,
    {{ version_columns() }}
from {{ source('meta_ads', 'ad_insights_placement') }}
