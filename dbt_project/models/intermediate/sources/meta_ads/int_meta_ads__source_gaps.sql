select
    account_id,
    report,
    case
        when report is null then 'everything'
        when report = 'account_insights' then 'spend'
        when report = 'campaign_insights' then 'campaigns'
        when report = 'ad_insights' then 'ads'
        when report in ('ad_insights_age_gender', 'ad_insights_country', 'ad_insights_placement') then 'audiences'
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
from {{ ref('stg_meta_ads__gaps') }}
