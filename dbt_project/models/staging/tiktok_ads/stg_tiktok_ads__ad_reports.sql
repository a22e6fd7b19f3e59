select
    advertiser_id as account_id,
    stat_time_day as account_date,
    campaign_id,
    adgroup_id as ad_group_id,
    ad_id,
    impressions,
    reach,
    clicks,
    video_watched_2s as video_views,
    {{ money('spend') }} as spend_amount,
    complete_payment as purchases,
    {{ money('total_complete_payment_rate') }} as purchase_value,
    web_event_add_to_cart as add_to_carts,
    {{ version_columns() }}
from {{ source('tiktok_ads', 'ad_reports') }}
