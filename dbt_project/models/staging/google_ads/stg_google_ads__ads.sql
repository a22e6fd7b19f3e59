select
    customer_id as account_id,
    ad_group_id,
    id as ad_id,
    campaign_id,
    name as ad_name,
    lower(type) as ad_type,
    final_url,
    headlines
from {{ source('google_ads', 'ads') }}
