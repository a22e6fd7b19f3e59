-- Meta leaves out metrics that are zero, so on a row with delivery a missing metric is zero.
select
    account_id,
    date_start as account_date,
    campaign_id,
    ad_set_id as ad_group_id,
    ad_id,
    account_currency as currency,
    coalesce(impressions, 0) as impressions,
    coalesce(reach, 0) as reach,
    coalesce(clicks, 0) as clicks,
    coalesce(inline_link_clicks, 0) as link_clicks,
    coalesce(video_plays_3s, 0) as video_views,
    {{ money('coalesce(spend, 0)') }} as spend_amount,
    {{ version_columns() }}
from {{ source('meta_ads', 'ad_insights') }}
