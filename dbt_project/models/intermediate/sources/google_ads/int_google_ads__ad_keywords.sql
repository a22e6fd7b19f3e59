select
    account_id,
    ad_group_id,
    criterion_id,
    keyword_text,
    match_type,
    status,
    quality_score,
    cpc_bid_amount
from {{ ref('stg_google_ads__keywords') }}
