select
    account_id,
    report,
    case
        when report is null then 'everything'
        when report = 'traffic' then 'sessions'
        when report = 'landing_pages' then 'pages'
        when report = 'events' then 'events'
        when report = 'visitors' then 'visitors'
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
from {{ ref('stg_ga4__gaps') }}
