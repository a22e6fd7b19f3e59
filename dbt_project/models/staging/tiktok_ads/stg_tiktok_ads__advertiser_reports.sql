select
    advertiser_id as account_id,
    stat_time_day as account_date,
    impressions,
    clicks,
    video_watched_2s as video_views,
    {{ money('spend') }} as spend_amount,
    {{ version_columns() }}
from {{ source('tiktok_ads', 'advertiser_reports') }}
