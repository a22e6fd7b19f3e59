select
    customer_id as account_id,
    date as account_date,
    campaign_id,
    lower(device) as device,
    lower(ad_network_type) as network,
    {{ google_ads_measures() }},
    coalesce(video_trueview_views, 0) as video_views,
    coalesce(engagements, 0) as engagements,
    {{ version_columns() }}
from {{ source('google_ads', 'campaign_stats') }}
