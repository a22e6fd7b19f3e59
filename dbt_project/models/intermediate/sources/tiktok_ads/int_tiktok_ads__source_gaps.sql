select
    account_id,
    report,
    case
        when report is null then 'everything'
        when report = 'advertiser_reports' then 'spend'
        when report = 'campaign_reports' then 'campaigns'
        when report = 'ad_reports' then 'ads'
        else 'structure'
    end as subject,
    first_date,
    last_date,
    cause,
    code,
    subcode,
    message,
    advice,
    first_tried_at,
    last_tried_at,
    closed_at
from {{ ref('stg_tiktok_ads__gaps') }}
