select
    account_id,
    date_start as account_date,
    coalesce(impressions, 0) as impressions,
    coalesce(clicks, 0) as clicks,
    coalesce(inline_link_clicks, 0) as link_clicks,
    coalesce(video_plays_3s, 0) as video_views,
    {{ money('coalesce(spend, 0)') }} as spend_amount,
    {{ version_columns() }}
from {{ source('meta_ads', 'account_insights') }}
