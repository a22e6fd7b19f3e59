select
    advertiser_id as account_id,
    campaign_id,
    adgroup_id as ad_group_id,
    ad_id,
    ad_name,
    ad_text,
    lower(ad_format) as ad_format,
    landing_page_url
from {{ source('tiktok_ads', 'ads') }}
