select
    account_id,
    report,
    case
        when report is null then 'everything'
        when report = 'customer_stats' then 'spend'
        when report = 'campaign_stats' then 'campaigns'
        when report in ('ad_group_stats', 'ad_stats') then 'ads'
        when report = 'keyword_stats' then 'keywords'
        when report = 'search_term_stats' then 'search terms'
        when report = 'geo_stats' then 'places'
        when report = 'campaign_conversions' then 'conversions'
        when report = 'click_view' then 'clicks'
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
from {{ ref('stg_google_ads__gaps') }}
