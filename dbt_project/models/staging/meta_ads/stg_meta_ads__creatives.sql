select
    account_id,
    id as creative_id,
    name as creative_name,
    title,
    body,
    lower(object_type) as creative_format,
    lower(call_to_action_type) as call_to_action,
    url_tags
from {{ source('meta_ads', 'creatives') }}
