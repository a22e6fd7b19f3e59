select
    customer_id as account_id,
    ad_group_id,
    criterion_id,
    campaign_id,
    keyword_text,
    lower(match_type) as match_type,
    lower(status) as status,
    cast(quality_score as int) as quality_score,
    {{ money_from_micros('cpc_bid_micros') }} as cpc_bid_amount
from {{ source('google_ads', 'keywords') }}
